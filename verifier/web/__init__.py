"""The verifier's page and its programming interface, and the server that both run on."""
