"""Two sides of a change become one document: each workload's two answers, what moved, and by whose doing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_text
from plimsoll.money.totals import MonthlyUsd
from plimsoll.plan.total import summed
from plimsoll.review.diff.assumptions import assumption_changes
from plimsoll.review.diff.causes import NOTHING, Shares, Step, WayPoint, less, one_sided, shares, steps
from plimsoll.review.diff.document import (
    SCHEMA,
    DiffCauses,
    DiffChoice,
    DiffDocument,
    DiffMoney,
    DiffReplicas,
    DiffSide,
    DiffTotal,
    DiffUnchanged,
    WorkloadDiff,
)
from plimsoll.review.diff.entry import Entry, StoredPlan
from plimsoll.review.diff.facts import CAUSES, Cause, Here
from plimsoll.review.diff.flips import flips
from plimsoll.review.diff.lines import changed_lines
from plimsoll.review.diff.rebuild import rebuild
from plimsoll.review.diff.refusal import why_refused
from plimsoll.review.diff.resources import resource_changes
from plimsoll.review.diff.settled import Settled, built_of, settled, settled_alike
from plimsoll.review.diff.solution import BASES, Solution, Solver, Sums
from plimsoll.review.diff.spec_changes import spec_changes

NO_MONEY = DiffMoney(None, None, None)


@record
class Walk:
    """One workload's two answers, and the way from one to the other; None where it is not there."""

    was: Settled | None
    now: Settled | None
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """The workload's name."""
        some = self.now or self.was
        return some.entry.name if some is not None else ""

    @property
    def start(self) -> Sums | None:
        """The money that it begins with."""
        return self.was.solution.usd if self.was is not None else NOTHING


def diff(before: Sequence[Entry], after: Sequence[Entry], here: Here) -> DiffDocument:
    """Hold two sides against each other; a name stands at most once on each."""
    solver = Solver(here)
    walks = _walks(before, after, solver)
    workloads = sorted((_workload(walk, solver) for walk in walks), key=_rank)
    same = {each.name for each in workloads if each.state == "same"}
    kept = [walk.now.solution for walk in walks if walk.now is not None and walk.name in same]
    clock = _clock((walk.now.solution for walk in walks if walk.now is not None), here)
    return DiffDocument(
        schema=SCHEMA,
        workloads=tuple(workloads),
        total=_total(walks),
        unchanged=DiffUnchanged(len(kept), _money(_sum(kept))),
        asked_on=clock.asked_on,
        priced_on=clock.priced_on,
        oldest_on=clock.oldest_on,
    )


def _walks(before: Sequence[Entry], after: Sequence[Entry], solver: Solver) -> list[Walk]:
    old, new = ({entry.name: entry for entry in side} for side in (before, after))
    return [_walk(old.get(name), new.get(name), solver) for name in dict.fromkeys([*old, *new])]


def _walk(old: Entry | None, new: Entry | None, solver: Solver) -> Walk:
    was = settled(old, solver) if old is not None else None
    if new is None:
        return Walk(was, None, one_sided(was, None))
    now = settled_alike(new, was) or settled(new, solver)
    return Walk(was, now, one_sided(None, now) if was is None else steps(was, now, solver))


def _workload(walk: Walk, solver: Solver) -> WorkloadDiff:
    was, now = walk.was, walk.now
    before, after = was and was.solution, now and now.solution
    both = was is not None and now is not None
    same = was is not None and now is not None and _same(was, now)
    lines = (solution.lines if solution is not None else () for solution in (before, after))
    plans = () if same else tuple(built_of(side, solver) for side in (was, now))
    assumed = assumption_changes(*plans) if plans else ()
    return WorkloadDiff(
        name=walk.name,
        state="new" if was is None else "removed" if now is None else "same" if same else "changed",
        was=was and _side(was),
        now=now and _side(now),
        change=_money(_change(walk)),
        causes=_causes(shares(walk.start, [step.point for step in walk.steps])),
        spec_changes=spec_changes(was.entry.spec, now.entry.spec) if both and was and now else (),
        flips=flips(before, walk.steps) if both and before is not None else (),
        lines=changed_lines(*lines),
        assumptions=assumed,
        rebuild=rebuild(assumed),
        resources=resource_changes(*plans) if plans else None,
    )


def _same(was: Settled, now: Settled) -> bool:
    return (
        was.entry.spec == now.entry.spec
        and was.entry.solved_by == now.entry.solved_by
        and was.solution.outcome == now.solution.outcome
        and (was.solution.choice and was.solution.choice.id)
        == (now.solution.choice and now.solution.choice.id)
        and not changed_lines(was.solution.lines, now.solution.lines)
    )


def _change(walk: Walk) -> Sums | None:
    """Take one from the other; a workload that is not there costs nothing, a refused one has no number."""
    start, end = walk.start, walk.steps[-1].point.usd
    return None if start is None or end is None else less(end, start)


def _side(side: Settled) -> DiffSide:
    found, choice = side.solution, side.solution.choice
    return DiffSide(
        outcome=found.outcome,
        id=choice and choice.id,
        instance_type=choice and choice.instance_type,
        region=choice and choice.region,
        precision=choice and choice.precision,
        replicas=choice and DiffReplicas(choice.replicas_max),
        usd_per_month=_money(found.usd),
        within_budget=found.within and _choice(found.within),
        refusal=why_refused(found),
    )


def _choice(plan: StoredPlan) -> DiffChoice:
    return DiffChoice(
        id=plan.id,
        instance_type=plan.instance_type,
        region=plan.region,
        precision=plan.precision,
        replicas=DiffReplicas(plan.replicas_max),
        usd_per_month=MonthlyUsd(**{of: usd_text(plan.usd_per_month[of]) for of in BASES}),
    )


def _money(usd: Sums | None) -> DiffMoney:
    return NO_MONEY if usd is None else DiffMoney(**{of: usd_text(usd[of]) for of in BASES})


def _causes(found: Shares) -> DiffCauses:
    return DiffCauses(**{cause: None if usd is None else _money(usd) for cause, usd in found.items()})


def _total(walks: Sequence[Walk]) -> DiffTotal:
    was = _sum([walk.was.solution for walk in walks if walk.was is not None])
    points = [_point(walks, place, cause) for place, cause in enumerate(CAUSES)]
    now = points[-1].usd
    change = None if was is None or now is None else less(now, was)
    return DiffTotal(_money(was), _money(now), _money(change), _causes(shares(was, points)))


def _point(walks: Sequence[Walk], place: int, cause: Cause) -> WayPoint:
    """Sum all workloads at one place of their ways."""
    taken = [walk.steps[place] for walk in walks]
    solutions = [step.after for step in taken if step.there]
    known = [solution for solution in solutions if solution is not None]
    usd = _sum(known) if len(known) == len(solutions) else None
    return WayPoint(cause, usd)


def _sum(solutions: Sequence[Solution]) -> Sums | None:
    addends = [solution.addend for solution in solutions]
    known = [addend for addend in addends if addend is not None]
    return summed(known) if len(known) == len(addends) else None


def _clock(solutions: Iterable[Solution], here: Here) -> Clock:
    lines = (line for solution in solutions for line in solution.lines)
    read = {line.as_of for line in lines if line.unit == INSTANCE_HOUR and line.inferred is None}
    return clock_of(read, here.markets[str(here.today.prices)].catalog.asked_on)


def _rank(workload: WorkloadDiff) -> tuple[Decimal, str]:
    """Rank by the ceiling that is at stake: a refused side counts as nothing."""
    sides = (
        side.usd_per_month.ceiling if side is not None else None for side in (workload.now, workload.was)
    )
    now, was = (Decimal(ceiling or 0) for ceiling in sides)
    return -abs(now - was), workload.name
