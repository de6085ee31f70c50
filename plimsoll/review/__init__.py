"""A review says what a change does to the money and why, and holds what was approved."""
