"""The speed model is scored here against measured points."""
