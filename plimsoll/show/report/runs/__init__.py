"""What a report shows of work that ends: its money a run, its hours, and what it has no picture of."""
