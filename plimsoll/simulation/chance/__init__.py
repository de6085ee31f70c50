"""Chance is drawn here from a seed, by sums and products alone: the same everywhere."""
