"""Every message, in and out, of every kind of gateway."""
