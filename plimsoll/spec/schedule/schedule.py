"""The hours of a week in which replicas are kept, on the clock of a place."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import Count, Text

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_OF_DAY, HOURS_OF_WEEK = 24, 168

_DAY = f"(?:{'|'.join(DAYS)})"
_DAYS = f"{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*"
_HOURS = r"([01]?[0-9]|2[0-4])-([01]?[0-9]|2[0-4])"  # compiled when a spec has a schedule: start-up


def _days(text: str) -> str:
    if not re.fullmatch(_DAYS, text):
        raise PydanticCustomError("not_days", "no days of a week")
    return text


def _hours(text: str) -> str:
    found = re.fullmatch(_HOURS, text)
    if found is None or int(found[1]) == HOURS_OF_DAY:
        raise PydanticCustomError("not_hours", "no hours of a day")
    return text


class Schedule(Frozen):
    """Hours of the week in which at least so many replicas run; outside them there may be none."""

    days: Annotated[Text, AfterValidator(_days)] = Field(
        description="Days on which the hours begin: mon-fri, or mon,wed,fri.", examples=["mon-fri"]
    )
    hours: Annotated[Text, AfterValidator(_hours)] = Field(
        description="Whole hours on the clock of timezone, from and to: 08-20; 22-06 ends on the next day.",
        examples=["08-20"],
    )
    min_replicas: Count = Field(
        default=defaults.MIN_REPLICAS, description="Fewest replicas in these hours.", examples=[1]
    )
    timezone: Text = Field(
        default=defaults.TIMEZONE, description="IANA time zone of the hours.", examples=["Europe/Berlin"]
    )

    @property
    def day_numbers(self) -> tuple[int, ...]:
        """The days on which the hours begin, 0 for Monday, in order."""
        found: set[int] = set()
        for part in self.days.split(","):
            first, _, last = part.partition("-")
            day, end = DAYS.index(first), DAYS.index(last or first)
            found.add(day)
            while day != end:
                day = (day + 1) % len(DAYS)
                found.add(day)
        return tuple(sorted(found))

    @property
    def from_h(self) -> int:
        """The hour of the day at which they begin."""
        return int(self.hours.partition("-")[0])

    @property
    def to_h(self) -> int:
        """The hour at which they end, above 24 where that is on the next day."""
        end = int(self.hours.partition("-")[2])
        return end if end > self.from_h else end + HOURS_OF_DAY

    @property
    def week_h(self) -> int:
        """Hours of a week that it covers; clocks that change take one in spring and give one in autumn."""
        return len(self.day_numbers) * (self.to_h - self.from_h)

    def covers(self, minute: int) -> bool:
        """Say whether any of the 60 minutes from one of the local week (0 is Monday 00:00) is covered."""
        week = HOURS_OF_WEEK * 60
        for day in self.day_numbers:
            begin = (day * HOURS_OF_DAY + self.from_h) * 60
            if (minute - begin) % week < (self.to_h - self.from_h) * 60 or (begin - minute) % week < 60:
                return True
        return False
