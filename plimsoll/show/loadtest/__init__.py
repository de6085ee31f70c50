"""What is shown of load tests: what they measured, and how they are run."""
