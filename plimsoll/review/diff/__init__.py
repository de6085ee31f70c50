"""A diff holds two sides of a change together, workload by workload, and splits the money by cause."""
