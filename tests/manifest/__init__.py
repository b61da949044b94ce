"""Tests of flowstate.manifest."""
