"""A lock keeps a plan beside its spec: what was approved, and all that it takes to solve it again."""
