"""The totals of a plan are the three numbers, and the lines that add up to them."""

from collections.abc import Mapping
from typing import Annotated

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record
from plimsoll.money.line import CostLine


@record
class MonthlyUsd:
    """The three numbers, each the exact sum of its lines; and what other terms would make of them."""

    floor: Annotated[str, "With no traffic. " + meaning.USD_PER_MONTH]
    expected: Annotated[str, "With the load as described. " + meaning.USD_PER_MONTH]
    ceiling: Annotated[str, "The most that the created resources can cost. " + meaning.USD_PER_MONTH]


@record
class Cost:
    """All of the money. `alternatives` holds the expected bill reserved for a year, off spot, a node more."""

    usd_per_month: Annotated[MonthlyUsd, "The three numbers, as the organisation pays them."]
    list_usd_per_month: Annotated[
        MonthlyUsd | None, "The same lines at list prices; null without a discounts file."
    ]
    lines: Annotated[tuple[CostLine, ...], "The bill: each number is the exact sum of its lines."]
    usd_per_million_output_tokens: Annotated[
        str | None, "Expected cost per million generated tokens; null without tokens."
    ]
    alternatives: Annotated[Mapping[str, str | None], "The same plan on other terms, US dollars per month."]
    reserved_1y_nodes: Annotated[
        int | None, "Nodes worth reserving for a year; null where none is, or with a discounts file."
    ]
    left_out: Annotated[tuple[str, ...], "What AWS may bill besides, by name."]
    usd_per_run: Annotated[None, "Null: a service has no runs."] = None
    usd_per_million_tokens: Annotated[None, "Null: a service trains none."] = None
    list_usd_per_run: Annotated[None, "Null: a service has no runs."] = None
