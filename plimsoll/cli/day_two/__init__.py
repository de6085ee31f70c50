"""Commands of the day after: what it cost, and whether it still is the right size."""
