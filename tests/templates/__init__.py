"""A team from a template, and a template's changes brought into it."""
