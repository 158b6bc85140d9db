"""One dataset, or a few of one kind, in each module: its `Entry` is all the catalogue needs."""
