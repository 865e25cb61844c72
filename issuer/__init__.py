"""Floor 4: say it, sign it, keep it."""
