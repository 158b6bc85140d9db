"""Parts of the Style tab."""
