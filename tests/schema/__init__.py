"""What editors and programs read."""
