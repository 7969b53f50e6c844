"""Tests of the AT modem."""
