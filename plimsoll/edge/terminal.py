"""What may reach a terminal: text from outside is shown, never obeyed."""

import unicodedata

_LONGEST = 2000
"""Characters of one line that are shown; a megabyte of value in a message helps nobody."""

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that act instead of showing: controls, direction marks, lone surrogates, line ends."""


def visible(text: str) -> str:
    """Write control, direction and line-breaking characters as escapes, and cut what is too long.

    A spec, a file name or an argument may carry terminal escapes; an error message that quotes them
    must not run them, nor break into a second line that looks like another message.
    """
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) if unicodedata.category(char) in _UNSAFE else char for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "backslashreplace").decode("ascii")
