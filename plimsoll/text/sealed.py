"""A sealed text ends with the digest of its own bytes: whoever reads it knows that nobody changed it.

The seal is the last key of a JSON object, on a line of its own; it is the SHA-256 of all bytes above.
"""

import re
from collections.abc import Sequence
from hashlib import sha256

from plimsoll.ground.problems import Problem

_MARKER = re.compile(rb"^(?:<{7}|={7}|>{7}|\|{7})(?= |\r?$)", re.MULTILINE)
"""What git leaves where two sides of a merge changed the same lines."""

_SEAL = rb'^ ?"%b": "([0-9a-f]{64})"\n\}\n\Z'


def sealed(above: str, key: str) -> str:
    """End an object that is open after its last comma, at the beginning of a line, with its seal."""
    return f'{above} "{key}": "{sha256(above.encode()).hexdigest()}"\n}}\n'


def marker_problems(raw: bytes, file: str, fix: str) -> Sequence[Problem]:
    """Find the marks that a merge with conflicts left, each with its line."""
    return [
        Problem("conflict marker", "", fix, "", file, _line(raw, found.start()), 1)
        for found in _MARKER.finditer(raw)
    ]


def seal_problem(raw: bytes, key: str, file: str, fix: str) -> Problem | None:
    """Say why a text is not the one that was sealed; None where it is."""
    found = re.search(_SEAL % key.encode(), raw, re.MULTILINE)
    if found is None:
        line = raw.rstrip(b"\n").count(b"\n") + 1
        return Problem(
            f"its last key is not {key}", "something was cut off or added", fix, key, file, line, 1
        )
    digest = sha256(raw[: found.start()]).hexdigest()
    if digest == found[1].decode():
        return None
    why = f"the bytes above have the digest {digest[:12]}…, and the seal says {found[1].decode()[:12]}…"
    line = _line(raw, found.start())
    return Problem("it was changed since it was written", why, fix, key, file, line, 2)


def _line(raw: bytes, at: int) -> int:
    return raw.count(b"\n", 0, at) + 1
