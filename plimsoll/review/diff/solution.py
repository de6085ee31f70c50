"""A solution is the cheapest that holds every limit of a spec but its budget, on given facts; or none."""

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.checks import over_budget
from plimsoll.candidates.search import Search, search
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.money.line import CostLine
from plimsoll.plan.plan import Plan
from plimsoll.plan.total import Addend
from plimsoll.review.diff.entry import Entry, StoredPlan
from plimsoll.review.diff.facts import FactNames, Here
from plimsoll.spec.workload import Workload

Outcome = Literal["plan", "over_budget", "refusal"]
Sums = dict[str, Decimal]
BASES = ("floor", "expected", "ceiling")


@record
class Solution:
    """What is chosen without the budget limit, and what becomes of it with it.

    `search` is None where the answer was read from a file; `within` is what the budget leaves in place of the
    choice, None where it leaves the choice itself or nothing; `built` is what is then built: it, or else the
    choice. `plan` is all of it that a file holds. A refusal has neither money nor lines.
    """

    outcome: Outcome
    choice: StoredPlan | None
    search: Search | None = None
    best: Candidate | None = None
    within: StoredPlan | None = None
    built: Candidate | None = None
    plan: Plan | None = None

    @property
    def usd(self) -> Sums | None:
        """The three numbers; None in a refusal."""
        return None if self.choice is None else dict(self.choice.usd_per_month)

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """The bill."""
        return () if self.choice is None else self.choice.lines

    @property
    def addend(self) -> Addend | None:
        """What it adds to a total; None in a refusal."""
        if self.choice is None:
            return None
        purchase = self.best.must_be_sized().purchase if self.best is not None else None
        return Addend(self.choice.region, self.lines, purchase)


class Solver:
    """Solves specs on the facts that are here; what differs in nothing that moves an answer, once."""

    def __init__(self, here: Here) -> None:
        self.here = here
        self._tried: dict[tuple[FactNames, str], Search] = {}

    def at(self, facts: FactNames, entry: Entry) -> Solution | None:
        """Solve an entry's spec on facts; None where they are not here."""
        if not self.here.holds(facts):
            return None
        key = (facts, entry.solved_by)
        if key not in self._tried:
            self._tried[key] = self._search(facts, entry)
        return _judged(self._tried[key], entry.workload)

    def _search(self, facts: FactNames, entry: Entry) -> Search:
        market, workload = self.here.markets[str(facts.prices)], _without_budget(entry.workload)
        catalog, speed = with_model(market.catalog, entry), self.here.speeds[str(facts.speed)]
        return search(workload, entry.architecture, catalog, speed, market.discounts)


def _without_budget(workload: Workload) -> Workload:
    return workload.model_copy(update={"budget": None})


def with_model(catalog: Catalog, entry: Entry) -> Catalog:
    """Let a catalogue know the model of a spec that came with it."""
    model = entry.workload.model
    named = model if isinstance(model, str) else f"{entry.name} (model)"
    if entry.architecture is None or catalog.model(named) is entry.architecture:
        return catalog
    return replace(catalog, models={**catalog.models, named: entry.architecture})


def of_stored(stored: StoredPlan, plan: Plan | None = None) -> Solution:
    """Take an answer that was stored: a plan, within its budget when it was made."""
    return Solution("plan", stored, plan=plan)


def _judged(tried: Search, workload: Workload) -> Solution:
    if not tried.holding:
        return Solution("refusal", None, tried)
    best = tried.holding[0]
    fitting = next((each for each in tried.holding if _fits(each, workload)), None)
    return Solution(
        outcome="over_budget" if fitting is None else "plan",
        choice=chosen(best),
        search=tried,
        best=best,
        within=None if fitting is None or fitting is best else chosen(fitting),
        built=fitting or best,
    )


def _fits(candidate: Candidate, workload: Workload) -> bool:
    sized = candidate.must_be_sized()
    return not any(over_budget(workload, sized.bill, sized.fleet))


def chosen(best: Candidate) -> StoredPlan:
    """Write down a choice as a file would."""
    sized = best.must_be_sized()
    return StoredPlan(
        id=best.id,
        instance_type=best.instance.name,
        region=best.option.region,
        precision=best.setup.precision,
        replicas_max=sized.fleet.replicas.max,
        usd_per_month={of: getattr(sized.bill, of) for of in BASES},
        lines=tuple(line.written() for line in sized.bill.lines),
    )
