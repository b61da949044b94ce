"""What answers look like, field by field, one module per subject; requests are described where they are taken."""
