"""The totals of a plan are the three numbers, and the lines that add up to them."""

from collections.abc import Mapping

from plimsoll.ground.start_up import record
from plimsoll.money.line import CostLine


@record
class MonthlyUsd:
    """The three numbers, each the exact sum of its lines; and what other terms would make of them."""

    floor: str
    expected: str
    ceiling: str


@record
class Cost:
    """All of the money. `alternatives` holds the expected bill at 1-year reserved and without spot."""

    usd_per_month: MonthlyUsd
    lines: tuple[CostLine, ...]
    usd_per_million_output_tokens: str | None
    alternatives: Mapping[str, str | None]
    left_out: tuple[str, ...]
