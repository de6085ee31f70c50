"""What a change does to the money, for people."""
