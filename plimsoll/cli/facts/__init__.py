"""Commands that show facts: the catalogue, prices, quotas, and how well speed is known."""
