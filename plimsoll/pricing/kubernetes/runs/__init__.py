"""Work that ends: a pool that only bounded jobs can use costs the hours of its runs, not of the month."""
