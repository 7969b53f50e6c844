"""Teltonika RUT routers as gateways, over SMS Post/Get or the API of RutOS 7."""
