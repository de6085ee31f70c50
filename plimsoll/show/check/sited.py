"""A verdict with the place of each violation: the line that a person would change."""

import hashlib

from plimsoll.gate.verdict import Verdict, Violation
from plimsoll.ground.start_up import record

STACK = "the stack"
"""What a violation without a URN is about."""


@record
class Site:
    """A file, as it is named from the folder of the call, and a line of it, from 1."""

    file: str
    line: int


@record
class Sited:
    """A verdict, and for each of its violations, in their order, where it is shown."""

    verdict: Verdict
    sites: tuple[Site, ...]

    def pairs(self) -> list[tuple[Violation, Site]]:
        """Pair violations with their sites: those that block first."""
        pairs = list(zip(self.verdict.violations, self.sites, strict=True))
        return sorted(pairs, key=lambda pair: not pair[0].blocks)


def told(violation: Violation) -> str:
    """Say what is wrong, and with what."""
    return f"{violation.urn}: {violation.message}" if violation.urn else violation.message


def fingerprint(violation: Violation) -> str:
    """Name a violation so that the next run finds it again, whatever its amount or line is then."""
    parts = "\0".join((violation.policy, violation.code, violation.urn or ""))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()
