"""Tests of flowstate.desired."""
