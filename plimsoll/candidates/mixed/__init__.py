"""A mix rents a base on one type that always runs, and a burst on another that follows the load."""
