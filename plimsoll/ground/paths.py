"""The way to a value inside a document, as data and as people write it."""

KeyPath = tuple[str | int, ...]
"""Keys of mappings, and positions in lists from 0."""

_LONG_KEY = 60


def dotted(path: KeyPath) -> str:
    """Write a path as `load.profile[3]`; a key longer than a message can hold is cut."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if len(part) <= _LONG_KEY else f"{part[: _LONG_KEY - 1]}…"
            text += f".{name}" if text else name
    return text
