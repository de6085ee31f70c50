"""A solution is the cheapest that holds every limit of a spec but its budget, on given facts; or none."""

from collections.abc import Sequence
from typing import Any, Literal

from plimsoll.candidates.search import search
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.plan.total import Addend
from plimsoll.review.solved.entry import Entry, with_model
from plimsoll.review.solved.facts import FactNames, Here
from plimsoll.review.solved.services import TriedServices
from plimsoll.review.solved.stored_plan import BillLine, Per, StoredPlan, Sums
from plimsoll.review.solved.tried import Tried, TriedCandidate
from plimsoll.spec.workload import Workload

Outcome = Literal["plan", "over_budget", "refusal"]


@record
class Solution:
    """What is chosen without the budget limit, and what becomes of it with it.

    `tried` is None where the answer was read from a file; `within` is what the budget leaves in place of the
    choice, None where it leaves the choice itself or nothing; `built` is what is then built: it, or else the
    choice. `plan` is all of it that a file holds. A refusal has neither money nor lines.
    """

    outcome: Outcome
    choice: StoredPlan | None
    tried: Tried | None = None
    best: TriedCandidate | None = None
    within: StoredPlan | None = None
    built: TriedCandidate | None = None
    plan: Plan | RunPlan | None = None

    def usd(self, per: Per) -> Sums | None:
        """The three numbers of a month or a run; None in a refusal, and where there is no such thing."""
        return None if self.choice is None else self.choice.usd(per)

    @property
    def lines(self) -> Sequence[BillLine]:
        """The bill."""
        return () if self.choice is None else self.choice.lines

    @property
    def addend(self) -> Addend | None:
        """What it adds to a month's total, nothing where it has no month; None in a refusal."""
        if self.choice is None:
            return None
        purchase = self.best.purchase if self.best is not None else None
        return Addend(self.choice.region, self.choice.monthly_lines, purchase)


class Solver:
    """Solves specs on the facts that are here; what differs in nothing that moves an answer, once."""

    def __init__(self, here: Here) -> None:
        self.here = here
        self._tried: dict[tuple[FactNames, str], Tried] = {}

    def at(self, facts: FactNames, entry: Entry) -> Solution | None:
        """Solve an entry's spec on facts; None where they are not here."""
        if not self.here.holds(facts):
            return None
        key = (facts, entry.solved_by)
        if key not in self._tried:
            self._tried[key] = tried_of(entry, self.here, facts)
        return _judged(self._tried[key], entry)


def tried_of(entry: Entry, here: Here, facts: FactNames) -> Tried:
    """Try every candidate of an entry's spec without its budget, on facts that are here."""
    market, speed = here.markets[str(facts.prices)], here.speeds[str(facts.speed)]
    catalog, free = with_model(market.catalog, entry), _without_budget(entry.workload)
    if isinstance(free, Workload):
        return TriedServices(search(free, entry.architecture, catalog, speed, market.discounts))
    from plimsoll.plan.runs.size import search_of
    from plimsoll.review.solved.runs import TriedRuns

    return TriedRuns(search_of(free, entry.architecture, catalog, speed, market.discounts))


def _without_budget(workload: Any) -> Any:  # noqa: ANN401 - a spec of any kind, each of which is a model
    return workload.model_copy(update={"budget": None})


def of_stored(stored: StoredPlan, plan: Plan | RunPlan | None = None) -> Solution:
    """Take an answer that was stored: a plan, within its budget when it was made."""
    return Solution("plan", stored, plan=plan)


def _judged(tried: Tried, entry: Entry) -> Solution:
    if not tried.holding:
        return Solution("refusal", None, tried)
    best = tried.holding[0]
    fitting = next((each for each in tried.holding if each.fits(entry)), None)
    return Solution(
        outcome="over_budget" if fitting is None else "plan",
        choice=best.stored(),
        tried=tried,
        best=best,
        within=None if fitting is None or fitting is best else fitting.stored(),
        built=fitting or best,
    )


def why_refused(solution: Solution) -> str | None:
    """Say what clashes; None where there is a choice."""
    return None if solution.choice is not None or solution.tried is None else solution.tried.refusal()
