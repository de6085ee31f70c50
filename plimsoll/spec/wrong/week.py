"""Days and hours of a week are written in many ways; here is what a schedule takes of each."""

import re
from collections.abc import Sequence

from plimsoll.ground.paths import KeyPath

_DAYS, _HOURS = "not_days", "not_hours"

OF_A_WEEK = {
    _DAYS: ("days of a week", "write mon-fri, or days such as mon,wed,fri"),
    _HOURS: ("whole hours of a day", 'write from and to, such as "08-20"'),
}
"""What a schedule holds by the code of its error, and how that is written."""

_DAY = "(mon|tue|wed|thu|fri|sat|sun)"
_GROUPS = {
    **dict.fromkeys(("weekdays", "workdays", "businessdays"), "mon-fri"),
    **dict.fromkeys(("weekends", "weekend"), "sat-sun"),
    **dict.fromkeys(("daily", "all", "everyday", "always", "*"), "mon-sun"),
}
"""Days that calendars name together."""

_ISO = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days 1 to 7 of ISO 8601, and 0 to 6 of cron from 1 on."""

_TIME = re.compile(r"(\d{1,2})(?::00)?(am|pm)?")


def week_meant(kind: str, value: str) -> str:
    """Write days or hours as a schedule takes them, else say how they are written."""
    belongs = OF_A_WEEK[kind][1]
    meant = _days(value) if kind == _DAYS else _hours(value)
    return f"write {meant}" if meant else belongs


def listed_meant(path: KeyPath, items: Sequence[object]) -> str:
    """Write a list in place of days or hours as the one text that it stands for; empty for another key."""
    if path[-2:] == ("schedule", "days"):
        return week_meant(_DAYS, ",".join(str(item) for item in items[:7]))
    if path[-2:] == ("schedule", "hours"):
        return week_meant(_HOURS, "-".join(str(item) for item in items[:2]))
    return ""


def _days(value: str) -> str:
    low = re.sub(r"\s*(–|—|\bto\b|\bthrough\b)\s*", "-", value.lower())
    low = re.sub(r"\s*(,|;|&|\band\b)\s*", ",", low).strip().replace(" ", ",")
    numbered = re.sub(r"[1-7]", lambda found: _ISO[int(found[0]) - 1], low)
    short = re.sub(f"{_DAY}[a-z]*", r"\1", numbered)
    return _GROUPS.get(low.replace(",", ""), "") or (
        short if re.fullmatch(f"{_DAY}(-{_DAY})?(,{_DAY}(-{_DAY})?)*", short) else ""
    )


def _hours(value: str) -> str:
    low = value.lower().replace(" ", "")
    ends = [_TIME.fullmatch(part) for part in re.split(r"-|–|to", low)]
    if len(ends) != 2 or None in ends:
        return ""
    first, last = (_hour(each) for each in ends if each is not None)
    return f'"{first:02}-{last:02}"' if first < 24 and last <= 24 else ""


def _hour(time: re.Match[str]) -> int:
    """Read `8`, `08:00` or `8pm`."""
    hour = int(time[1])
    if time[2] is None or hour > 12:
        return hour
    return hour % 12 + (12 if time[2] == "pm" else 0)
