"""Measurements: ours beside PyLD by hand and the crypto floor, in one run."""
