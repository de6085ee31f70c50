"""The attention of a decoder: which kind each layer has, what it keeps for a token, and its parameters."""
