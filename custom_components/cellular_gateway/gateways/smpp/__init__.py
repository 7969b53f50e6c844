"""Accounts at service centres that speak SMPP 3.4, and routers that do."""
