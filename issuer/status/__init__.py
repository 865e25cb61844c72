"""Status of issued papers: places in lists, the lists as they are published, and changes."""
