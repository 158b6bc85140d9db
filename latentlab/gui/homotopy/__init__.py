"""Parts of the Homotopy tab."""
