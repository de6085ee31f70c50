"""One side's workload is solved without its budget, whatever its kind: what was asked, tried and chosen."""
