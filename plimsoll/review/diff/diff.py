"""Two sides of a change become one document: each workload's two answers, what moved, and by whose doing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from plimsoll.catalog.clock import INSTANCE_HOUR, Clock, clock_of
from plimsoll.ground.units import usd_text
from plimsoll.plan.total import summed
from plimsoll.money.totals import MonthlyUsd
from plimsoll.review.diff.causes import NOTHING, Shares, all_by_spec, less, shares, steps
from plimsoll.review.diff.document import (
    SCHEMA,
    DiffCauses,
    DiffChoice,
    DiffDocument,
    DiffMoney,
    DiffReplicas,
    DiffSide,
    DiffTotal,
    WorkloadDiff,
)
from plimsoll.review.diff.entry import Entry, StoredPlan
from plimsoll.review.diff.facts import Here
from plimsoll.review.diff.flips import flips
from plimsoll.review.diff.lines import changed_lines
from plimsoll.review.diff.refusal import why_refused
from plimsoll.review.diff.resources import resource_changes
from plimsoll.review.diff.settled import Settled, settled, settled_alike, with_objects
from plimsoll.review.diff.solution import BASES, Solution, Solver, Sums
from plimsoll.review.diff.spec_changes import spec_changes

NO_MONEY = DiffMoney(None, None, None)

Pair = tuple[Settled | None, Settled | None]


def diff(before: Sequence[Entry], after: Sequence[Entry], here: Here) -> DiffDocument:
    """Hold two sides against each other; a name stands at most once on each."""
    solver = Solver(here)
    pairs = _pairs(before, after, solver)
    workloads = sorted((_workload(*pair, solver) for pair in pairs), key=_rank)
    clock = _clock((now.solution for _, now in pairs if now is not None), here)
    return DiffDocument(
        schema=SCHEMA,
        workloads=tuple(workloads),
        total=_total(pairs),
        asked_on=clock.asked_on,
        priced_on=clock.priced_on,
        oldest_on=clock.oldest_on,
    )


def _pairs(before: Sequence[Entry], after: Sequence[Entry], solver: Solver) -> list[Pair]:
    old, new = ({entry.name: entry for entry in side} for side in (before, after))
    return [_pair(old.get(name), new.get(name), solver) for name in dict.fromkeys([*old, *new])]


def _pair(old: Entry | None, new: Entry | None, solver: Solver) -> Pair:
    was = settled(old, solver) if old is not None else None
    if new is None:
        return was, None
    alike = settled_alike(new, was)
    return was, alike or settled(new, solver)


def _workload(was: Settled | None, now: Settled | None, solver: Solver) -> WorkloadDiff:
    some = now or was
    if some is None:
        msg = "a workload is on one side at least"
        raise ValueError(msg)
    if was is None or now is None:
        return _one_sided(was, now, some.entry.name)
    walked = steps(was, now, solver)
    same = _same(was, now)
    return WorkloadDiff(
        name=some.entry.name,
        state="same" if same else "changed",
        was=_side(was),
        now=_side(now),
        change=_money(_change(was.solution, now.solution)),
        causes=_causes(shares(was.solution, walked)),
        spec_changes=spec_changes(was.entry.spec, now.entry.spec),
        flips=flips(was.solution, walked),
        lines=changed_lines(was.solution.lines, now.solution.lines),
        resources=None if same else resource_changes(*(with_objects(side, solver) for side in (was, now))),
    )


def _one_sided(was: Settled | None, now: Settled | None, name: str) -> WorkloadDiff:
    change = _change(was and was.solution, now and now.solution)
    return WorkloadDiff(
        name=name,
        state="new" if was is None else "removed",
        was=was and _side(was),
        now=now and _side(now),
        change=_money(change),
        causes=_causes(all_by_spec(change)),
        spec_changes=(),
        flips=(),
        lines=changed_lines(was.solution.lines if was else (), now.solution.lines if now else ()),
        resources=resource_changes(was and was.solution, now and now.solution),
    )


def _same(was: Settled, now: Settled) -> bool:
    return (
        was.entry.spec == now.entry.spec
        and was.entry.solved_by == now.entry.solved_by
        and was.solution.outcome == now.solution.outcome
        and (was.solution.choice and was.solution.choice.id) == (now.solution.choice and now.solution.choice.id)
        and not changed_lines(was.solution.lines, now.solution.lines)
    )


def _change(was: Solution | None, now: Solution | None) -> Sums | None:
    """Take one from the other; a workload that is not there costs nothing, a refused one has no number."""
    before = was.usd if was is not None else NOTHING
    after = now.usd if now is not None else NOTHING
    return None if before is None or after is None else less(after, before)


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
    return DiffCauses(**{cause: usd and _money(usd) for cause, usd in found.items()})


def _total(pairs: Sequence[Pair]) -> DiffTotal:
    was = _sum([was.solution for was, _ in pairs if was is not None])
    now = _sum([now.solution for _, now in pairs if now is not None])
    change = None if was is None or now is None else less(now, was)
    return DiffTotal(_money(was), _money(now), _money(change))


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
    sides = (side.usd_per_month.ceiling if side is not None else None for side in (workload.now, workload.was))
    now, was = (Decimal(ceiling or 0) for ceiling in sides)
    return -abs(now - was), workload.name
