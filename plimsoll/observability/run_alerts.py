"""The alerts of a run: its hours, its money, and accelerators that do nothing while it is paid for."""

from plimsoll.ground.units import figure
from plimsoll.observability import queries
from plimsoll.observability.alerts import IDLE, Rule, alert, drift
from plimsoll.observability.series import ACTIVE, RUN, RUN_SPENT, SPENT, run_end, series
from plimsoll.observability.watch import PlannedRun, Watch


def alerts_of_run(watch: Watch, run: PlannedRun) -> list[Rule]:
    """List the alerts of a run."""
    return [*drift(watch), *_hours(watch, run), *_money(watch, run), *_idle(watch)]


def _hours(watch: Watch, run: PlannedRun) -> list[Rule]:
    late = f"{series(RUN, watch)} > {round(run.high * 3600)}"
    most, expected = figure(run.high, 3), figure(run.expected, 3)
    text = f"the run takes longer than {most} h, the most of its estimate ({expected} h)"
    found = [alert(watch, "PlimsollRunLate", late, "5m", "ticket", text)]
    if run.switch_at is not None:
        spot = f"{series(RUN, watch)} > {round(run.switch_at * 3600)}"
        spot += f" and on () ({queries.on_spot(watch.name)} > 0)"
        text = f"still on spot past {figure(run.switch_at, 3)} h, when the plan leaves it for on-demand"
        found.append(alert(watch, "PlimsollRunPastSwitch", spot, "15m", "page", text))
    return found


def _money(watch: Watch, run: PlannedRun) -> list[Rule]:
    spent, left = series(RUN_SPENT, watch), run_end(watch)
    above = f"the run has cost more than its ceiling of ${run.usd_ceiling}"
    pace = f"the run is on its way above its ceiling of ${run.usd_ceiling}"
    rules = [
        alert(
            watch,
            "PlimsollRunAboveCeiling",
            f"{spent} + {run.usd_beside} > {run.usd_ceiling}",
            "5m",
            "page",
            above,
        ),
        alert(
            watch,
            "PlimsollRunCostPace",
            f"{spent} + {left} + {run.usd_beside} > {run.usd_ceiling}",
            "30m",
            "ticket",
            pace,
        ),
    ]
    if run.monthly_budget is not None:
        query = f"{series(SPENT, watch)} + {left} + {run.usd_beside} > {run.monthly_budget}"
        text = f"runs of this month are on their way above the budget of ${run.monthly_budget}"
        rules.append(alert(watch, "PlimsollBudgetPace", query, "30m", "ticket", text))
    return rules


def _idle(watch: Watch) -> list[Rule]:
    if not watch.accelerated:
        return []
    query = f"{series(ACTIVE, watch)} < {IDLE} and on () ({series(RUN, watch)} > 0)"
    text = "accelerators of the run have done nothing for an hour: it hangs, or waits for data"
    return [alert(watch, "PlimsollIdleGpu", query, "1h", "page", text)]
