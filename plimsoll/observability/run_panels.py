"""The panels of a run: its money and its hours against the plan, its nodes and its accelerators."""

from collections.abc import Iterator

from plimsoll.observability.panel import PLAN, Panel, constant
from plimsoll.observability.panels import MONTH, accelerators, at_plan, nodes
from plimsoll.observability.series import COST, NODES, RUN, RUN_SPENT, SPENT, run_end, series
from plimsoll.observability.watch import PlannedRun, Watch


def panels_of_run(watch: Watch, run: PlannedRun) -> Iterator[Panel]:
    """List the panels of a run, the money first."""
    yield _cost(watch, run)
    yield _hours(watch, run)
    yield _rate(watch)
    if run.monthly_budget is not None:
        yield _budget(watch, run.monthly_budget)
    yield nodes(watch)
    yield from accelerators(watch)


def _cost(watch: Watch, run: PlannedRun) -> Panel:
    spent = f"{series(RUN_SPENT, watch)} + {run.usd_beside}"
    found = {
        "so far": spent,
        "when it has run its expected hours": f"{spent} + {run_end(watch)}",
        f"{PLAN}expected": constant(run.usd_expected),
        f"{PLAN}ceiling": constant(run.usd_ceiling),
    }
    meaning = (
        f"Nodes since its job began, at OpenCost's price, and ${run.usd_beside} that the plan expects "
        "beside nodes. A job that is made again begins anew."
    )
    return Panel("Cost of the run", meaning, "currencyUSD", found)


def _hours(watch: Watch, run: PlannedRun) -> Panel:
    found = {
        "so far": f"{series(RUN, watch)} / 3600",
        f"{PLAN}expected": constant(run.expected),
        f"{PLAN}most of its estimate": constant(run.high),
    }
    if run.switch_at is not None:
        found[f"{PLAN}leaves spot"] = constant(run.switch_at)
    meaning = "Hours since its job began: no exporter here says which step it is at."
    return Panel("Hours of the run", meaning, "h", found)


def _rate(watch: Watch) -> Panel:
    priced = {at_plan(each): f"{series(NODES, watch)} * {each.usd_per_hour}" for each in watch.prices}
    meaning = "Nodes at OpenCost's price, and the same nodes at the plan's prices."
    return Panel("Cost per hour", meaning, "currencyUSD", {"now": series(COST, watch), **priced})


def _budget(watch: Watch, budget: str) -> Panel:
    found = {"nodes, month so far": series(SPENT, watch), f"{PLAN}budget": constant(budget)}
    return Panel("Budget of the month", MONTH, "currencyUSD", found)
