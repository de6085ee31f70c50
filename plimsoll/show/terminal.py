"""What may reach a terminal: text from outside is shown, never obeyed."""

_LONGEST = 2000
"""Characters of one line that are shown; a megabyte of value in a message helps nobody."""


def visible(text: str) -> str:
    """Write what is not printable (controls, direction marks, line ends) as escapes, and cut long text.

    A spec, a file name or an argument may carry terminal escapes; an error message that quotes them
    must not run them, nor break into a second line that looks like another message.
    """
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
