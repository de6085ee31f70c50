"""Commands of a review: what a change does to the money, and what was approved."""
