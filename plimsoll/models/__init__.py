"""A model's architecture holds what memory and speed need to know of it, wherever that is read."""
