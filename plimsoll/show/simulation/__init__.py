"""A simulation in words: what was served, how fast, how long outside the limits, for how much."""
