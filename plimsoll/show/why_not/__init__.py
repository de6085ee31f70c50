"""The answer to "why not this?" is written for people and for programs."""
