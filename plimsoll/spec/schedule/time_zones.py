"""Time zones are a table of the package, so that an answer is the same whatever a machine knows of clocks."""

from collections.abc import Iterator

from plimsoll.catalog.rows import LinesByKey, cells
from plimsoll.ground.problems import Problem, nearest
from plimsoll.ground.start_up import record
from plimsoll.spec.draft import Draft

TABLE = "time_zones.csv"

_PATH = ("scale", "schedule", "timezone")


@record
class LocalClock:
    """A clock is so many minutes ahead of UTC for so many hours of a year."""

    offset_min: int
    hours: int


def clocks_of(name: str) -> tuple[LocalClock, ...]:
    """List the clocks of a zone over a year, the longest first: two where clocks change, else one.

    Source: IANA time zone database 2025b, the hours of 2027.

    Raises:
        KeyError: no zone has this name.
    """
    (line,) = LinesByKey(TABLE)[name]
    _, *numbers = cells(line)
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return tuple(LocalClock(int(offset), int(hours)) for offset, hours in pairs if offset)


def unknown_time_zone(spec: Draft) -> Iterator[Problem]:
    """Find a time zone that the table does not know."""
    name = spec.text(*_PATH)
    known = LinesByKey(TABLE)
    if name is None or name in known:
        return
    tails = {each.rpartition("/")[2].lower(): each for each in known}
    said = name.strip().replace(" ", "_")
    meant = tails.get(said.rpartition("/")[2].lower())
    fix = f"write {meant}" if meant else nearest(said[:64], list(known))
    why = "a time zone has a name of the IANA database, such as Europe/Berlin"
    yield Problem(f"no time zone {name[:64]!r}", why, fix or "write UTC, or the name of a city's zone", _PATH)
