"""A portfolio plans several workloads together, under one budget and one set of quotas."""
