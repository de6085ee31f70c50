"""A schedule keeps replicas in its hours; here it meets the hours of the load."""
