"""Fixtures of the text message tests."""

from hypothesis import settings

# A busy machine is no reason for a property to fail.
settings.register_profile("sms", deadline=None)
settings.load_profile("sms")
