"""What training and batch share: limits on a run's hours and money, capacity that may end, a queue."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.capacity import BudgetBasis, SpotUse
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.runs.amounts import Failures, Hours, RunDollars
from plimsoll.spec.values import Count, Dollars, Many, Name, Text

Fallback = Literal["immediate", "last_moment", "never"]
Reserved = Literal["never", "capacity_block"]
Priority = Literal["low", "normal", "high"]


class RunSla(Frozen):
    """Limits on the hours of a run, from its admission to its last save. No key = no limit."""

    run_p50_h: Hours | None = Field(
        default=None, description="Hours that half of the runs keep.", examples=[12]
    )
    run_p90_h: Hours | None = Field(
        default=None, description="Hours that nine runs in ten keep; also its time limit.", examples=[24]
    )


class RunBudget(Frozen):
    """The most that a run may cost, and all runs of a month."""

    usd_per_run: RunDollars | None = Field(default=None, description="US dollars per run.", examples=[900])
    usd_per_month: Dollars | None = Field(
        default=None, description="US dollars per month, cluster included; needs runs_per_month."
    )
    basis: BudgetBasis = Field(
        default=defaults.BUDGET_BASIS, description="Which of the plan's numbers the budget limits."
    )


class RunCapacity(Frozen):
    """Which capacity a run may rent."""

    spot: SpotUse = Field(
        default=defaults.SPOT, description="never, allow (if cheaper), or prefer (if any holds)."
    )
    on_demand_fallback: Fallback = Field(
        default=defaults.FALLBACK,
        description="When a run leaves spot for on-demand: at its first interruption (immediate), at the "
        "last moment that still meets its hours (last_moment), or never.",
    )
    mtti_h: Hours | None = Field(
        default=None,
        description="Mean hours until AWS takes a spot node back; default: by the Spot Advisor band.",
        examples=[12],
    )
    hardware_failures_per_1000_node_days: Failures = Field(
        default=defaults.FAILURES_PER_1000_NODE_DAYS, description="Failures of nodes, whoever rents them."
    )
    reserved: Reserved = Field(
        default=defaults.RESERVED, description="never, or capacity_block: whole days, paid up front."
    )
    allow: Annotated[tuple[Text, ...], Many] = Field(
        default=(), description="Instance families or types; empty = all.", examples=[["g6e", "p5"]]
    )
    deny: Annotated[tuple[Text, ...], Many] = Field(
        default=(), description="Instance families or types never to use.", examples=[["p4d"]]
    )


class RunScale(Frozen):
    """Bounds of a run."""

    max_run_h: Hours | None = Field(
        default=None, description="Hours after which the cluster ends the run; default: by its sla."
    )
    max_nodes: Count | None = Field(default=None, description="Most nodes of a run; default: what it needs.")


class RunQueue(Frozen):
    """The Kueue queue that admits the run."""

    name: Name = Field(description="LocalQueue, a DNS label.", examples=["team-research"])
    priority: Priority = Field(default="normal", description="Who gives way to whom in the queue.")
