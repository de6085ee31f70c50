"""The plan is written for a terminal, a pull request, and one instance type that was not chosen."""
