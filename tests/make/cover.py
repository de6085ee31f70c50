"""Every schedule that holds all load of a profile, by trying each window of a day on each set of days."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from plimsoll.spec.schedule.schedule import DAYS
from tests.make.applied import Value

DAY, WEEK = 24, 168


def schedules(profile: Sequence[float] | None) -> Iterator[Value]:
    """Schedules of one replica at least; none where no profile says when there is load."""
    if not profile or len(profile) not in (DAY, WEEK):
        return
    week = [*profile] * (WEEK // len(profile))
    busy = {hour for hour, load in enumerate(week) if load}
    for begin in range(DAY):
        for length in range(1, DAY if begin else DAY + 1):
            for days in _smallest(busy, begin, length):
                end = begin + length
                hours = f"{begin:02}-{end - DAY if end > DAY else end:02}"
                yield "scale.schedule", {"days": ",".join(DAYS[day] for day in days), "hours": hours}


def _smallest(busy: set[int], begin: int, length: int) -> Iterator[Sequence[int]]:
    """The fewest days on which such a window covers all; a superset of them keeps more and saves less."""
    for count in range(len(DAYS) + 1):
        found = [days for days in combinations(range(len(DAYS)), count) if busy <= _kept(days, begin, length)]
        if found:
            yield from found
            return


def _kept(days: Sequence[int], begin: int, length: int) -> set[int]:
    return {(day * DAY + begin + hour) % WEEK for day in days for hour in range(length)}
