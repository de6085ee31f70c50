"""A group is services of a portfolio that share nodes: what they rent together, and what each runs there."""
