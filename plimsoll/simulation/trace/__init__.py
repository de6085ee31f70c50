"""A trace says when requests came and how long they were; its form is told by its first line."""
