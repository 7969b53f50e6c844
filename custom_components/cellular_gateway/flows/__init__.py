"""The forms: one file per kind of gateway and per subentry type, and what they share."""
