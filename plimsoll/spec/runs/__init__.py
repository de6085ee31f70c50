"""A run is work that ends: training and batch have keys of their own, read as every other spec."""
