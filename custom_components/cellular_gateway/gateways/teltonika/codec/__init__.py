"""Requests and replies of a router as values, without any I/O."""
