"""Actuals hold a bill against the plan: what was planned, what was paid, and by which cause they differ."""
