"""What a page shows of each kind of paper: one file a kind, its records beside their reading."""
