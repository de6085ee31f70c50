"""The day is asked here, and nowhere else: to judge by, and to say how old prices are after an answer.

What plans, previews and lists never depends on it.
"""

import os
import sys
from datetime import date

from plimsoll.catalog.clock import Clock

TODAY = "PLIMSOLL_TODAY"
"""The environment variable that stands for the day, in tests."""

OLD_DAYS = 90
"""Days after which prices are worth a word; AWS moved accelerator prices in most quarters since 2024."""


def say_age(clock: Clock) -> None:
    """Say on stderr how old the oldest instance price of an answer is, where that is more than 90 days."""
    if clock.oldest_on is None:
        return
    today = today_of_user()
    days = (today - date.fromisoformat(clock.oldest_on)).days
    if days > OLD_DAYS:
        sys.stdout.flush()
        print(  # noqa: T201
            f"plimsoll: the oldest instance price used was read on {clock.oldest_on}, {days} days before "
            f"{today}; what AWS charges now may differ",
            file=sys.stderr,
        )


def today_of_user() -> date:
    """Read the day; what stands in its place and is no date is ignored."""
    try:
        return date.fromisoformat(os.environ[TODAY])
    except (KeyError, ValueError):
        return date.today()  # noqa: DTZ011 - the day where the user is
