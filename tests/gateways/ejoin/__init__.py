"""Tests of the Ejoin gateway."""
