"""The first line of our comments is a marker that no reader sees: whose comment it is, of which run.

`<!-- plimsoll:review v1 key=dev head=0123abc run=42 lock=0123456789ab -->`; only `key` has to be there.
"""

import re

from plimsoll.ground.start_up import record

_LINE = re.compile(r"<!-- plimsoll:review v1((?: [a-z]+=\S*)*) -->\s*")


@record
class Marker:
    """A marker names what a comment is about, and the run that wrote it; None if that is not known."""

    key: str
    run: int | None

    def is_older_than(self, other: "Marker") -> bool:
        """Say whether another run began later; a run that is not known is older than none."""
        return self.run is not None and other.run is not None and self.run < other.run


def marker_of(body: str) -> Marker | None:
    """Read the marker of a comment; None if its first line is none of ours."""
    found = _LINE.fullmatch(body.lstrip("\ufeff").splitlines()[0]) if body.strip() else None
    if found is None:
        return None
    said = dict(pair.split("=", 1) for pair in found[1].split())
    run = said.get("run", "")
    return Marker(said.get("key", ""), int(run) if run.isascii() and run.isdecimal() else None)
