"""A plan warns of an end that is near: the day on which its spec says that it expires."""

from collections.abc import Iterator
from datetime import date

from plimsoll.plan.warnings.warning import PlanWarning

SOON_DAYS = 90
"""Days before its end that a plan warns: a quarter, the same as of prices that have grown old."""


def expires_soon(last: str | None, priced_on: str) -> Iterator[PlanWarning]:
    """Warn of an end within a quarter of the prices' date, or before it; None has no end."""
    if last is None:
        return
    days = (date.fromisoformat(last) - date.fromisoformat(priced_on)).days
    if days < SOON_DAYS:
        when = f"{days} days after" if days >= 0 else "before"
        yield PlanWarning(
            "expires_soon",
            f"the spec expires on {last}, {when} the date of these prices, {priced_on}; "
            "check refuses it from the next day on",
        )
