"""The PDUs of SMPP 3.4, without any input or output."""
