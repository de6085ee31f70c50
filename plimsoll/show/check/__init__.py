"""The verdict and what caps permit are written for a terminal, for a pull request and as JSON."""
