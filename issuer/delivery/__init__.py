"""How a credential reaches its holder."""
