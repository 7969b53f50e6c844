"""Tests of the gateways, over their simulators."""
