"""Parts of an export on their own."""
