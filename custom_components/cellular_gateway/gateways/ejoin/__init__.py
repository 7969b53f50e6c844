"""Ejoin multi-port gateways (also sold as Skyline and YX), by HTTP in both directions."""
