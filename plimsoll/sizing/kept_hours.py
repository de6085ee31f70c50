"""Hours of a load are fractions of its peak, with the fewest replicas that are kept in each."""

import math
from collections.abc import Sequence

from plimsoll.ground.start_up import record
from plimsoll.sizing.nodes import round_up
from plimsoll.sizing.pool import Replicas
from plimsoll.spec.schedule.schedule import HOURS_OF_WEEK, Schedule
from plimsoll.spec.schedule.time_zones import clocks_of
from plimsoll.spec.workload import Workload

HOUR_S = 3600

WEEKS = 52
"""Weeks of a year in which a clock that changes is followed; one where it never does."""


@record
class KeptHours:
    """The hours of a load beside a schedule: weeks of a year, hour by hour, in UTC, from Monday 00:00."""

    hourly: tuple[float, ...]
    inside: tuple[bool, ...]
    least: int
    """Fewest replicas inside."""

    @property
    def load_outside(self) -> float:
        """Share of all requests that come in hours that the schedule does not cover."""
        outside = (load for load, inside in zip(self.hourly, self.inside, strict=True) if not inside)
        return math.fsum(outside) / math.fsum(self.hourly)

    @property
    def begins(self) -> tuple[int, ...]:
        """The hours in which something is kept and before which nothing was."""
        return tuple(hour for hour, inside in enumerate(self.inside) if inside and not self.inside[hour - 1])

    def load_while_starting(self, start_s: float) -> float:
        """Share of all requests that come in so many seconds after hours begin, before replicas are ready.

        As many are outside the sla at most: load just before the hours may have started replicas already.
        """
        count, early = len(self.inside), list[float]()
        for begin in self.begins:
            left, hour = start_s / HOUR_S, begin
            while left > 0 and self.inside[hour % count]:
                early.append(min(left, 1.0) * self.hourly[hour % count])
                left, hour = left - 1, hour + 1
        return math.fsum(early) / math.fsum(self.hourly)

    def replicas(self, bounds: Replicas) -> list[int]:
        """Count the replicas of each hour: what the load asks for, within what is kept and the bound."""
        hours = list(zip(self.hourly, self.inside, strict=True))
        found = {  # a year has few kinds of hour
            (load, inside): min(
                max(round_up(load * bounds.peak), self.least if inside else bounds.min), bounds.max
            )
            for load, inside in set(hours)
        }
        return [found[hour] for hour in hours]


def hours_of_load(workload: Workload, hourly: Sequence[float]) -> KeptHours | None:
    """Lay the schedule of a spec over the hours of its load; None without a schedule.

    A wave that stands for a profile nobody gave has its top in the middle of the schedule.
    """
    schedule = workload.scale.schedule
    if schedule is None:
        return None
    if workload.load.profile is None:
        hourly = _around(schedule, hourly)
    return kept_hours(schedule, hourly)


def _around(schedule: Schedule, wave: Sequence[float]) -> Sequence[float]:
    """Turn a wave of a day, whose top is its first hour, so that this lies in the middle of the hours."""
    first, *_ = clocks_of(schedule.timezone)
    top = ((schedule.from_h + schedule.to_h) // 2 - first.offset_min // 60) % len(wave)
    return (*wave[len(wave) - top :], *wave[: len(wave) - top])


def kept_hours(schedule: Schedule, hourly: Sequence[float]) -> KeptHours:
    """Lay a schedule over the hours of a load (1, 24 or 168 of them, in UTC, from Monday 00:00).

    Where clocks change in the year, the weeks of each clock count as often as they come.
    """
    week = tuple(hourly) * (HOURS_OF_WEEK // len(hourly))
    first, *others = clocks_of(schedule.timezone)
    changed = round(others[0].hours / HOURS_OF_WEEK) if others else 0
    weeks = ((first, WEEKS - changed if others else 1), *((each, changed) for each in others))
    inside = tuple(flag for clock, count in weeks for flag in _week(schedule, clock.offset_min) * count)
    return KeptHours(week * (len(inside) // HOURS_OF_WEEK), inside, schedule.min_replicas)


def _week(schedule: Schedule, offset_min: int) -> tuple[bool, ...]:
    """Say of each hour of a week in UTC whether the schedule covers any part of it, at one offset."""
    minutes = (hour * 60 + offset_min for hour in range(HOURS_OF_WEEK))
    return tuple(schedule.covers(minute % (HOURS_OF_WEEK * 60)) for minute in minutes)
