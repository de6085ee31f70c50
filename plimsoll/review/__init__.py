"""A review approves a plan: what was approved is kept, compared, and told in one comment."""
