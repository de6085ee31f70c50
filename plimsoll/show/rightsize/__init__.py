"""What right-sizing proposes, for people."""
