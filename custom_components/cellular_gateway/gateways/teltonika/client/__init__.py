"""What goes over HTTP to a router: Post/Get, the API of RutOS 7, JSON-RPC."""
