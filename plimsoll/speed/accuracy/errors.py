"""Why one row has no answer."""


class RowError(ValueError):
    """One row cannot be predicted; the message is its reason."""
