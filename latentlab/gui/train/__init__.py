"""Parts of the Train tab: the new run at the left, the run that is looked at beside it."""
