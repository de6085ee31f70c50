"""Candidates of a run are every way to rent it, each with nodes, hours, money, and every reason."""
