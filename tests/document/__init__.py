"""Tests of flowstate.document."""
