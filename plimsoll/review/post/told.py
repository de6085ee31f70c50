"""What a comment tells: its text without the first line, the link to its run, and the dates of its prices.

Two comments that tell the same are the same comment: nothing is written, nobody gets a mail. Run and dates
stand in the last line, which is small print; a date above it, until when an exemption holds, is told.
"""

import re

_RUN = re.compile(r"\[[^\]\n]*\]\(\S*\)")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_SMALL = "<sub>"


def told(body: str) -> str:
    """Leave of a comment what it tells."""
    lines = body.replace("\r\n", "\n").rstrip().split("\n")[1:]
    return "\n".join(_DATE.sub("", _RUN.sub("", line)) if line.startswith(_SMALL) else line for line in lines)
