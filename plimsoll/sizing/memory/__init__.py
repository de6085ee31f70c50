"""Memory decides what fits: weights, adapters, the step and the cache on one accelerator of a replica."""
