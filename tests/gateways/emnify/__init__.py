"""Tests of EMnify accounts."""
