"""Tests of flowstate.settings."""
