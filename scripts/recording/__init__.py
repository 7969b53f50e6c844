"""Records the dialogue of a real modem, without anybody's numbers or texts, as a file for tests.

`capture` lets the integration's own gateway connect through a `relay`, which lets pass only what
is `harmless` and notes every octet; `redaction` disguises what it noted; `__main__` is the command
line. `simulator.recording` plays the file.
"""
