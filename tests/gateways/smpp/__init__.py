"""SMPP: the codec, and the gateway against service centres."""
