"""Tests of what checks a real Home Assistant: a check that cannot fail proves nothing."""
