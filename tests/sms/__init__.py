"""Tests of the text message package."""
