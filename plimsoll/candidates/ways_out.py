"""Ways out of a refusal, as documents carry them."""

from typing import Any

from plimsoll.ground.start_up import record


@record
class WayOut:
    """One single change that makes it fit, and the price it then has."""

    change: str
    from_: Any
    to: Any
    usd_per_month_ceiling: str
    message: str


@record
class Refusal:
    """Why there is no plan: the smallest set of limits that clash, and the priced ways out."""

    binding: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    message: str
