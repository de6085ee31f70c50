"""A fault is what one rule says against a manifest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a manifest: the dotted path below its root, and what is wrong there."""

    path: str
    what: str
    fix: str = ""
