"""latentlab: a desktop laboratory for generative models."""
