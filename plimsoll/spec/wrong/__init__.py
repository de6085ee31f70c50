"""What is wrong with a spec, and what its writer may have meant."""
