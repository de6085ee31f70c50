"""Commands of what runs already: import it, hold it against its plan, find its right size."""
