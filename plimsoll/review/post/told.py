"""What a comment tells: its text without the first line, the link to its run, and the dates of its prices.

Two comments that tell the same are the same comment: nothing is written, nobody gets a mail.
"""

import re

_RUN = re.compile(r"\[[^\]\n]*\]\(\S*/(?:actions/runs|-/pipelines|-/jobs)/\d+\S*\)")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def told(body: str) -> str:
    """Leave of a comment what it tells."""
    lines = body.replace("\r\n", "\n").rstrip().split("\n")[1:]
    return _DATE.sub("", _RUN.sub("", "\n".join(lines)))
