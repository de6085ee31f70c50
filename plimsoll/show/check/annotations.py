"""Write violations as annotations of GitHub Actions, at the line that binds.

A step shows ten errors and ten warnings at most: beyond that the tenth counts the rest.
"""

from collections.abc import Iterator, Sequence

from plimsoll.gate.verdict import Violation
from plimsoll.show.check.sited import Site, Sited, told
from plimsoll.show.markdown import seen_lines

MOST = 10


def annotations(sited: Sited) -> list[str]:
    """Write one line for each annotation, errors first."""
    pairs = sited.pairs()
    errors = [pair for pair in pairs if pair[0].blocks]
    return [*_lines("error", errors), *_lines("warning", pairs[len(errors) :])]


def _lines(kind: str, pairs: Sequence[tuple[Violation, Site]]) -> Iterator[str]:
    shown = pairs if len(pairs) <= MOST else pairs[: MOST - 1]
    for violation, site in shown:
        title = f"{violation.policy}: {violation.code}"
        yield _line(kind, site, title, told(violation))
    rest = pairs[len(shown) :]
    if rest:
        policies = ", ".join(sorted({violation.policy for violation, _ in rest}))
        yield _line(kind, rest[0][1], f"and {len(rest)} more", f"and {len(rest)} more of {policies}")


def _line(kind: str, site: Site, title: str, text: str) -> str:
    where = f"file={_property(site.file)},line={site.line},title={_property(title)}"
    return f"::{kind} {where}::{_data(text)}"


def _data(text: str) -> str:
    """Escape as the runner reads it (actions/toolkit, packages/core/src/command.ts)."""
    return seen_lines(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
