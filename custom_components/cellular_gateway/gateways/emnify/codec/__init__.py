"""What EMnify's REST API says, read without I/O: every field may be missing or of another type."""
