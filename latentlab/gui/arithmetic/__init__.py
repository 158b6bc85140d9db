"""What the Arithmetic tab is made of."""
