"""What to know before a plan is deployed."""
