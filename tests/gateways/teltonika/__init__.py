"""Tests of the Teltonika router."""
