"""Validation errors in words, with probatio's types."""

from probatio.humanize import *
