"""A real Home Assistant with the integration in it, beside simulated gateways.

`House` holds it all: the simulators, Home Assistant as a process of its own, and a client that sees
it from outside as a browser would. `steps` are what is checked in it, `develop` and `check` the two
ways to run it.
"""
