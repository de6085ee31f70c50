"""Words of what a change does to a run: its money a run and a month, its nodes, hours and checkpoints."""

from collections.abc import Iterator

from plimsoll.ground.units import figure
from plimsoll.review.diff.document import WorkloadDiff
from plimsoll.show.diff.words import CAUSE_NAMES, NO_AMOUNT, signed
from plimsoll.show.money import usd


def run_money_texts(each: WorkloadDiff) -> Iterator[str]:
    """Say what a change does to what a run is expected to cost, and to the ceiling of a month of runs."""
    if each.per != "run" or each.state != "changed":
        return
    was, now = (side and side.usd("run") for side in (each.was, each.now))
    if was is not None and now is not None and each.change.expected is not None:
        told = f"{usd(was.expected)} → {usd(now.expected)} a run ({signed(each.change.expected)})"
        yield f"expected: {told}"
    if each.month is not None:
        before, after = (side and side.usd_per_month.ceiling for side in (each.was, each.now))
        told = f"{usd(before)} → {usd(after)} ({signed(each.month.change.ceiling)})"
        yield f"ceiling of a month of runs, cluster included: {told}"


RUN_PARTS = {
    "nodes": "nodes",
    "capacity": "capacity",
    "method": "method",
    "run_p50_h": "half of the runs keep",
    "run_p90_h": "nine runs in ten keep",
    "enforced_h": "the cluster ends it after",
    "switch_at_h": "it leaves spot after",
    "checkpoint_interval_s": "a checkpoint every",
}


def run_change_texts(each: WorkloadDiff) -> Iterator[str]:
    """Say what moved of how a run is done, and by whose doing; a method that the author changed is told."""
    told = {change.path for change in each.spec_changes}
    for change in each.run_changes:
        if change.cause == "spec" and change.name in told:
            continue
        unit = f" {change.unit}" if change.unit else ""
        was, now = (
            NO_AMOUNT if value is None else f"{figure(value)}{unit}" for value in (change.was, change.now)
        )
        yield f"{RUN_PARTS[change.name]}: {was} → {now}, by {CAUSE_NAMES[change.cause]}"
