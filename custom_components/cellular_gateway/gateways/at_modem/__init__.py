"""A modem that is spoken to by AT commands (3GPP TS 27.005 and TS 27.007)."""
