"""flowstate."""
