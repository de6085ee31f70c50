"""A diff holds two sides of a change against each other, workload by workload, and splits the money by cause."""
