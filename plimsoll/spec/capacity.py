"""What may be rented for a workload and for how much: its budget, its capacity, its bounds of scale."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen, WhenGiven
from plimsoll.spec.schedule.schedule import Schedule
from plimsoll.spec.values import Count, Dollars, Fraction, Many, Text, Unit, Within

SpotUse = Literal["never", "allow", "prefer"]
BudgetBasis = Literal["ceiling", "expected"]
Sharing = Literal["fraction", "time_slicing", "mig"]
"""How an accelerator may have several tenants: types with a part of one, turns, slices of its hardware."""


MOST_NODES = 8
"""Stages of a pipeline at most: no published model needs more of the smallest nodes with 8 GPUs."""


class Budget(Frozen):
    """The most that a month may cost."""

    usd_per_month: Dollars = Field(description="US dollars per month of 730 hours.", examples=[45000])
    basis: BudgetBasis = Field(
        default=defaults.BUDGET_BASIS, description="Which of the plan's numbers the budget limits."
    )


class Capacity(Frozen):
    """Which capacity may be rented."""

    spot: SpotUse = Field(
        default=defaults.SPOT, description="never, allow (if cheaper), or prefer (if any holds)."
    )
    on_demand_base: Annotated[
        Annotated[int, Within(0, 100_000)] | Fraction, Unit("a share from 0 to 1, or whole replicas")
    ] = Field(
        default=defaults.ON_DEMAND_BASE,
        description="On-demand share of the peak replicas (0.5), or a whole number of replicas (2).",
        examples=[0.5, 2],
    )
    allow: Annotated[tuple[Text, ...], Many] = Field(
        default=(), description="Instance families or types; empty = all.", examples=[["g6e", "p5"]]
    )
    deny: Annotated[tuple[Text, ...], Many] = Field(
        default=(), description="Instance families or types never to use.", examples=[["p4d"]]
    )
    share: Annotated[tuple[Sharing, ...], Many] = Field(
        default=(),
        description="Ways in which an accelerator may be shared: fraction (g6f, gr6f), time_slicing (nothing "
        "limits memory), mig (slices of its hardware); empty = whole ones only.",
        examples=[["fraction"]],
    )
    nodes_per_replica: Annotated[int, Within(1, MOST_NODES)] = Field(
        default=defaults.NODES_PER_REPLICA,
        description="Nodes that one replica may span at most, as stages of a pipeline.",
    )
    mix: Annotated[int, Within(1, 2)] = Field(
        default=defaults.MIX,
        description="Instance types of one plan at most; 2 also tries a base on one and a burst on another.",
    )


class Scale(Frozen):
    """Autoscaler bounds."""

    min_replicas: Annotated[int, Within(0, 100_000)] = Field(
        default=defaults.MIN_REPLICAS, description="Lower bound of replicas."
    )
    max_replicas: Count | None = Field(
        default=None, description="Upper bound of what sizing may use; default: what sizing finds."
    )
    to_zero: bool = Field(default=False, description="Scale to zero when there is no traffic.")
    schedule: Annotated[Schedule, WhenGiven()] | None = Field(
        default=None, description="Hours in which replicas are kept; outside them there may be none."
    )
