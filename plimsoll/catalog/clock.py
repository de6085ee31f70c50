"""A clock says which days an answer stands on: the day asked for, and the newest and oldest price read."""

from collections.abc import Iterable

from plimsoll.ground.start_up import record

INSTANCE_HOUR = "instance-hour"
"""The unit of the prices that a clock reads: those of instances move, those of services hardly do."""


@record
class Clock:
    """The days of an answer, each `YYYY-MM-DD` or None.

    `asked_on` is the date that was asked for. `priced_on` and `oldest_on` are the newest and the oldest day
    on which a price of an instance-hour in the answer was read; inferred and recalled ones do not count.
    """

    asked_on: str | None
    priced_on: str | None
    oldest_on: str | None


def clock_of(read: Iterable[str], asked_on: str | None) -> Clock:
    """Take the newest and the oldest of the days on which prices were read."""
    days = sorted(set(read))
    return Clock(asked_on, days[-1] if days else None, days[0] if days else None)


def together(clocks: Iterable[Clock]) -> Clock:
    """Put the clocks of several answers to one question together."""
    all_of_them = list(clocks)
    days = [day for clock in all_of_them for day in (clock.priced_on, clock.oldest_on) if day]
    return clock_of(days, next((clock.asked_on for clock in all_of_them if clock.asked_on), None))
