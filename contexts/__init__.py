"""Floor 1: what a document means."""
