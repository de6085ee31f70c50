"""Commands that measure what a plan estimates, and read what was measured."""
