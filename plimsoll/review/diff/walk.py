"""A walk is one workload's two answers, and the way from one to the other."""

from collections.abc import Sequence
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.review.diff.causes import NOTHING, Shares, Step, less, one_sided, shares, steps
from plimsoll.review.diff.lines import changed_lines
from plimsoll.review.diff.settled import Settled, settled, settled_alike
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.solution import Solver
from plimsoll.review.solved.stored_plan import Per, Sums


@record
class Walk:
    """One workload's two answers, and the way from one to the other; None where it is not there."""

    was: Settled | None
    now: Settled | None
    steps: tuple[Step, ...]

    @property
    def sides(self) -> list[Settled]:
        """The sides that are there."""
        return [side for side in (self.was, self.now) if side is not None]

    @property
    def name(self) -> str:
        """The workload's name."""
        return self.sides[-1].entry.name

    @property
    def per(self) -> Per:
        """What its money is of: a run, unless a side is a service."""
        return "run" if all(side.entry.ends for side in self.sides) else "month"

    def start(self, per: Per) -> Sums | None:
        """The money that it begins with."""
        return self.was.solution.usd(per) if self.was is not None else NOTHING

    def change(self, per: Per) -> Sums | None:
        """Take one side from the other; what is not there costs nothing, a refusal has no number."""
        start, end = self.start(per), self.steps[-1].point(per).usd
        return None if start is None or end is None else less(end, start)

    def shares(self, per: Per) -> Shares:
        """Split the change by cause."""
        return shares(self.start(per), [step.point(per) for step in self.steps])

    @property
    def same(self) -> bool:
        """Whether both sides ask the same and have the same answer, to the last line."""
        return self.was is not None and self.now is not None and _same(self.was, self.now)

    @property
    def at_stake(self) -> Decimal:
        """By how much the ceiling changes, either way; a refused side counts as nothing."""
        was, now = (_ceiling(side, self.per) for side in (self.was, self.now))
        return abs(now - was)


def walks(before: Sequence[Entry], after: Sequence[Entry], solver: Solver) -> list[Walk]:
    """Pair the workloads of two sides by name, and walk from each answer to the other."""
    old, new = ({entry.name: entry for entry in side} for side in (before, after))
    return [_walk(old.get(name), new.get(name), solver) for name in dict.fromkeys([*old, *new])]


def _walk(old: Entry | None, new: Entry | None, solver: Solver) -> Walk:
    was = settled(old, solver) if old is not None else None
    if new is None:
        return Walk(was, None, one_sided(was, None))
    now = settled_alike(new, was) or settled(new, solver)
    return Walk(was, now, one_sided(None, now) if was is None else steps(was, now, solver))


def _same(was: Settled, now: Settled) -> bool:
    before, after = was.solution, now.solution
    return (
        was.entry.spec == now.entry.spec
        and was.entry.solved_by == now.entry.solved_by
        and before.outcome == after.outcome
        and (before.choice and before.choice.id) == (after.choice and after.choice.id)
        and (before.choice and before.choice.shape) == (after.choice and after.choice.shape)
        and not changed_lines(before.lines, after.lines)
    )


def _ceiling(side: Settled | None, per: Per) -> Decimal:
    usd = side.solution.usd(per) if side is not None else None
    return Decimal(0) if usd is None else usd["ceiling"]
