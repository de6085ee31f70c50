"""A comment says in one page what a change costs, by whose doing, and how to come back within the budget."""
