"""Hours in which a cron trigger of KEDA's keeps replicas become a schedule, where a schedule can say them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.importing.note import SpecPart, not_read
from plimsoll.spec import defaults
from plimsoll.spec.schedule.schedule import DAYS, HOURS_OF_DAY

_CRON = re.compile(r"0+ ([0-9]{1,2}) \* \* ([0-9A-Za-z*,-]+)")
_OF_CRON = {name: (number + 1) % len(DAYS) for number, name in enumerate(DAYS)}
"""Days as cron counts them: Sunday is 0, and 7 too."""


def kept_part(scalers: Sequence[Mapping[str, Any]], least: int) -> SpecPart:
    """Say the hours that the autoscalers of a workload keep replicas in; nothing where none does.

    `least` is how many they keep outside of them, where a schedule has none. One cron trigger of whole hours,
    each time as long, is a schedule; anything else is said to be unread.
    """
    crons = [
        mapping_at(each, "metadata")
        for scaler in scalers
        for each in list_at(scaler, "triggers")
        if step(each, "type") == "cron"
    ]
    if not crons:
        return SpecPart()
    first = crons[0]
    hours = _hours(str(step(first, "start")), str(step(first, "end")))
    replicas = str(step(first, "desiredReplicas"))
    if len(crons) > 1 or hours is None or least or not (replicas.isdigit() and int(replicas)):
        said = f"start {step(first, 'start')!r:.40}, end {step(first, 'end')!r:.40}"
        why = f"a cron trigger ({said}) keeps {replicas:.20} replicas, in hours that no one schedule says"
        return SpecPart({}, {"scale.schedule": not_read(why)})
    schedule: dict[str, Any] = {"days": hours[0], "hours": hours[1]}
    if int(replicas) != defaults.MIN_REPLICAS:
        schedule["min_replicas"] = int(replicas)
    zone = step(first, "timezone")
    if isinstance(zone, str) and zone != defaults.TIMEZONE:
        schedule["timezone"] = zone
    return SpecPart({"schedule": schedule})


def _hours(start: str, end: str) -> tuple[str, str] | None:
    """Write two crons as days and hours; None where they are no hours of a schedule."""
    began, ended = _CRON.fullmatch(start.strip()), _CRON.fullmatch(end.strip())
    if began is None or ended is None:
        return None
    days, stops = _days(began[2]), _days(ended[2])
    first, last = int(began[1]), int(ended[1])
    over_night = last <= first
    shifted = {(day + over_night) % len(DAYS) for day in days}
    if not days or shifted != stops or first == last or max(first, last) >= HOURS_OF_DAY:
        return None
    named = [name for name, number in _OF_CRON.items() if number in days]
    span = DAYS[DAYS.index(named[0]) : DAYS.index(named[-1]) + 1]
    whole = len(named) > 1 and list(span) == named
    return f"{named[0]}-{named[-1]}" if whole else ",".join(named), f"{first:02}-{last or HOURS_OF_DAY:02}"


def _days(text: str) -> set[int]:
    """Read days of a cron, 0 to 7 or by name; none where they are anything else."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin, stop = (0, 6) if part == "*" else (_day(first), _day(last) if dash else _day(first))
        if begin is None or stop is None or stop < begin:
            return set()
        found |= {day % len(DAYS) for day in range(begin, stop + 1)}
    return found


def _day(text: str) -> int | None:
    if text.isdigit() and int(text) <= len(DAYS):
        return int(text)
    return _OF_CRON.get(text[:3].lower())
