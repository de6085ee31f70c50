"""A cron trigger of KEDA keeps replicas in its hours: here is which share of a week that is at least.

Source: KEDA 2.20, `pkg/scalers/cron_scaler.go`: a moment is inside where the next end does not come after the
next start.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from plimsoll.catalog.rows import LinesByKey
from plimsoll.ground.tree import View
from plimsoll.pricing.kubernetes.runs.cron import weekly_firings
from plimsoll.pricing.result import Unpriceable

MINUTES_OF_WEEK = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class InHours:
    """So many replicas in a share of all hours."""

    replicas: int
    share: Fraction


def kept_in_hours(triggers: View) -> InHours | None:
    """Find the cron trigger of a ScaledObject that keeps most; None where none keeps anything.

    Of several triggers one alone counts, and what cannot be read counts for nothing: a floor may be too low.
    """
    found = list(_each(triggers))
    return max(found, key=lambda each: each.replicas * each.share, default=None)


def _each(triggers: View) -> Iterator[InHours]:
    for trigger in triggers.items():
        metadata = trigger["metadata"]
        try:
            if trigger["type"].text("") != "cron" or metadata["timezone"].text("UTC") not in _zones():
                continue
            minutes = _minutes_inside(metadata["start"].text(), metadata["end"].text())
            replicas = int(metadata["desiredReplicas"].text("0"))
        except (Unpriceable, ValueError):
            continue
        if minutes and replicas > 0:
            yield InHours(replicas, Fraction(minutes, MINUTES_OF_WEEK))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(LinesByKey("time_zones.csv"))


@lru_cache(maxsize=64)
def _minutes_inside(start: str, end: str) -> int:
    """Count the minutes of a week inside; 0 where either cron is no weekly one, or both are the same."""
    starts, ends = weekly_firings(start), weekly_firings(end)
    if not starts or not ends or start == end:
        return 0
    inside, next_start, next_end = 0, min(starts), min(ends)
    for minute in reversed(range(MINUTES_OF_WEEK)):
        # Counted from the end: what fires next after the last minute of a week is the first of the next.
        inside += (next_end - minute) % MINUTES_OF_WEEK <= (next_start - minute) % MINUTES_OF_WEEK
        next_start = minute if minute in starts else next_start
        next_end = minute if minute in ends else next_end
    return inside
