"""A cron schedule fires at most so often in any 31 days.

Source: the CronJob controller reads standard five-field expressions, the `@` names and `@every`
(github.com/robfig/cron v3, `parser.go`); days of month and of week are alternatives where both are given.
"""

import re
from datetime import date
from functools import lru_cache

from plimsoll.ground.tree import View

WINDOW_DAYS = 31
"""Days of the longest month: what a budget per month has to bear."""

_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
_WORDS: tuple[dict[str, int], ...] = (
    {},
    {},
    {},
    {name: number for number, name in enumerate(_MONTHS, 1)},
    {name: number for number, name in enumerate(_DAYS)},
)
_EVERY = re.compile(r"@every (?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)
_PART = re.compile(r"(\*|\?|[a-z0-9]{1,3})(?:-([a-z0-9]{1,3}))?(?:/(\d{1,3}))?", re.ASCII)
_CYCLE = range(date(2000, 1, 1).toordinal(), date(2028, 2, 1).toordinal())
"""Days in which every weekday meets every date: 28 years, and a window more."""


def most_firings(schedule: View) -> int:
    """Count the most firings of a schedule in any 31 days in a row.

    Raises:
        Unpriceable: the schedule cannot be read.
    """
    found = _firings(schedule.text().strip().lower())
    if found is None:
        raise schedule.fail('is not a cron schedule such as "0 22 * * 1-5"')
    return found


@lru_cache(maxsize=64)
def _firings(text: str) -> int | None:
    every = _EVERY.fullmatch(text)
    if every is not None:
        hours, minutes, seconds = (int(part or 0) for part in every.groups())
        period = hours * 3600 + minutes * 60 + seconds
        return -(-WINDOW_DAYS * 86_400 // period) if period else None
    fields = _NAMED.get(text, text).split()
    if len(fields) != len(_BOUNDS):
        return None
    sets = [_numbers(field, place) for place, field in enumerate(fields)]
    if not all(sets):
        return None
    minutes_, hours_, of_month, months, of_week = (found or frozenset() for found in sets)
    either = not (fields[2][0] in "*?" or fields[4][0] in "*?")
    matching = [_matches(date.fromordinal(day), of_month, months, of_week, either) for day in _CYCLE]
    return _densest(matching) * len(minutes_) * len(hours_)


def weekly_firings(text: str) -> frozenset[int]:
    """List the minutes of a week (0 is Monday 00:00) at which a schedule fires that knows no dates.

    Empty where it names days of a month or months, or cannot be read.
    """
    fields = _NAMED.get(text.strip().lower(), text.strip().lower()).split()
    if len(fields) != len(_BOUNDS) or fields[2] not in "*?" or fields[3] not in "*?":
        return frozenset()
    sets = [_numbers(field, place) for place, field in enumerate(fields)]
    if not all(sets):
        return frozenset()
    minutes, hours, _, _, of_week = (found or frozenset() for found in sets)
    days = [(day - 1) % 7 for day in of_week]
    return frozenset((day * 24 + hour) * 60 + minute for day in days for hour in hours for minute in minutes)


def _matches(
    day: date, of_month: frozenset[int], months: frozenset[int], of_week: frozenset[int], either: bool
) -> bool:
    by_date, by_weekday = day.day in of_month, day.isoweekday() % 7 in of_week
    return day.month in months and (by_date or by_weekday if either else by_date and by_weekday)


def _densest(matching: list[bool]) -> int:
    """Count the most matching days of any window."""
    inside = most = sum(matching[:WINDOW_DAYS])
    for leaves, enters in zip(matching, matching[WINDOW_DAYS:], strict=False):
        inside += enters - leaves
        most = max(most, inside)
    return most


def _numbers(field: str, place: int) -> frozenset[int] | None:
    """Read one field; None where it is no list of numbers, names, ranges and steps."""
    low, high = _BOUNDS[place]
    numbers: set[int] = set()
    for part in field.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        first, last, step = match.groups()
        star = first in "*?"
        start = low if star else _number(first, place)
        open_end = star or (step is not None and last is None)
        end = high if open_end else _number(last or first, place)
        if start is None or end is None or not low <= start <= end <= high or step == "0":
            return None
        numbers.update(range(start, end + 1, int(step or 1)))
    return frozenset(numbers)


def _number(word: str, place: int) -> int | None:
    return int(word) if word.isdigit() else _WORDS[place].get(word)
