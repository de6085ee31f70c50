"""A day is written `YYYY-MM-DD`, and is one of the calendar."""

from datetime import date


def is_day(text: str) -> bool:
    """Say whether a text is a day of the calendar, in these ten characters and no other form of ISO 8601."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
