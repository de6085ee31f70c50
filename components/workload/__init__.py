"""A workload's objects are registered on its cluster, each after what it needs."""
