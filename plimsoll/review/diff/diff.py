"""Two sides of a change become one document: each workload's two answers, what moved, and by whose doing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.review.diff.assumptions import assumption_changes
from plimsoll.review.diff.document import SCHEMA, DiffDocument, DiffMonth, State, WorkloadDiff
from plimsoll.review.diff.flips import flips
from plimsoll.review.diff.lines import changed_lines
from plimsoll.review.diff.money import causes_of, money_of, side_of
from plimsoll.review.diff.rebuild import rebuild
from plimsoll.review.diff.resources import resource_changes
from plimsoll.review.diff.run_changes import run_changes
from plimsoll.review.diff.settled import built_of
from plimsoll.review.diff.spec_changes import spec_changes
from plimsoll.review.diff.total import total_of, unchanged_of
from plimsoll.review.diff.walk import Walk, walks
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import Here
from plimsoll.review.solved.solution import Solution, Solver


def diff(before: Sequence[Entry], after: Sequence[Entry], here: Here) -> DiffDocument:
    """Hold two sides against each other; a name stands at most once on each."""
    solver = Solver(here)
    found = walks(before, after, solver)
    clock = _clock((walk.now.solution for walk in found if walk.now is not None), here)
    return DiffDocument(
        schema=SCHEMA,
        workloads=tuple(_workload(walk, solver) for walk in sorted(found, key=_rank)),
        total=total_of(found),
        unchanged=unchanged_of(found),
        asked_on=clock.asked_on,
        priced_on=clock.priced_on,
        oldest_on=clock.oldest_on,
    )


def _rank(walk: Walk) -> tuple[Decimal, str]:
    return -walk.at_stake, walk.name


def _workload(walk: Walk, solver: Solver) -> WorkloadDiff:
    was, now, per = walk.was, walk.now, walk.per
    lines = (side.solution.lines if side is not None else () for side in (was, now))
    plans = () if walk.same else tuple(built_of(side, solver) for side in (was, now))
    before = was.solution if was is not None and now is not None else None
    assumed = assumption_changes(*plans) if plans else ()
    return WorkloadDiff(
        name=walk.name,
        state=_state(walk),
        was=was and side_of(was),
        now=now and side_of(now),
        per=per,
        change=money_of(walk.change(per)),
        causes=causes_of(walk.shares(per)),
        month=_month(walk),
        spec_changes=spec_changes(was.entry.spec, now.entry.spec) if was and now else (),
        flips=flips(before, walk.steps) if before is not None else (),
        run_changes=run_changes(before, walk.steps) if before is not None else (),
        lines=changed_lines(*lines),
        assumptions=assumed,
        rebuild=rebuild(assumed),
        resources=resource_changes(*plans) if plans else None,
    )


def _state(walk: Walk) -> State:
    if walk.was is None:
        return "new"
    if walk.now is None:
        return "removed"
    return "same" if walk.same else "changed"


def _month(walk: Walk) -> DiffMonth | None:
    """Split the change of a month of runs; None of a service, and where a side has no month."""
    change = walk.change("month") if walk.per == "run" else None
    return None if change is None else DiffMonth(money_of(change), causes_of(walk.shares("month")))


def _clock(solutions: Iterable[Solution], here: Here) -> Clock:
    lines = (line for solution in solutions for line in solution.lines)
    read = {line.as_of for line in lines if line.unit == INSTANCE_HOUR and line.inferred is None}
    return clock_of(read, here.markets[str(here.today.prices)].catalog.asked_on)
