"""Commands of the review: what was approved, what a change costs, and how people are told."""
