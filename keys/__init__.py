"""Floor 2: who may sign, and how."""
