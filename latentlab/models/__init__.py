"""Model families, one file each; found by looking, not listed."""
