"""Candidates of a run are every way to rent it, each with its nodes, its hours, its money, and every reason."""
