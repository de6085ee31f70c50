"""Feed-forward layers: which have experts, how wide they are, and what they weigh."""
