"""The Evaluate window: choose measures, watch them run, compare what comes out."""
