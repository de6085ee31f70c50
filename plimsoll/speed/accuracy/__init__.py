"""The speed model scored against measured points."""
