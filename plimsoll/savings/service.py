"""The case of a service: its search is done again under each change, and nothing is guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.change import Change, apply
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.refusal import only_over_budget
from plimsoll.candidates.search import Search, anew
from plimsoll.catalog.regions import beside
from plimsoll.ground.problems import SpecError
from plimsoll.ground.start_up import record
from plimsoll.savings.case import LeverChoice, RentedNodes
from plimsoll.savings.committed import ENTRY, left_by, rental_of, with_entry, year_from
from plimsoll.savings.misses import nearest_miss
from plimsoll.savings.quality import catalogue_name
from plimsoll.savings.words import hour_prices
from plimsoll.sizing.limits import BUDGET
from plimsoll.spec.read import from_data
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import IdleCommitment


@record
class ServiceChoice:
    """The choice of one search."""

    search: Search
    candidate: Candidate
    left: tuple["IdleCommitment", ...] = ()
    """Commitments of the plan that it cannot use."""

    @property
    def paid(self) -> Decimal:
        """What is paid if it is chosen, with what it leaves idle."""
        return self.expected + sum((each.usd for each in self.left), Decimal(0))

    @property
    def id(self) -> str:
        """The candidate's id."""
        return self.candidate.id

    @property
    def instance_type(self) -> str:
        """The instance type; of a mix both, the base's first."""
        return self.candidate.types

    @property
    def region(self) -> str:
        """The region."""
        return self.candidate.option.region

    @property
    def precision(self) -> str | None:
        """The precision; None where it has no meaning."""
        return self.candidate.setup.precision

    @property
    def capacity(self) -> str:
        """The capacity type."""
        return self.candidate.option.capacity_type

    @property
    def expected(self) -> Decimal:
        """What it is expected to cost a month."""
        return self.candidate.must_be_sized().bill.expected

    @property
    def ceiling(self) -> Decimal:
        """The most that it can cost a month."""
        return self.candidate.must_be_sized().bill.ceiling

    @property
    def per_month(self) -> tuple[Decimal, Decimal]:
        """The same: a service has months."""
        return self.expected, self.ceiling

    @property
    def scale(self) -> str:
        """How many nodes there are at the peak."""
        pools = self.candidate.must_be_sized().fleet.pools
        counts: dict[str, int] = {}
        for pool in pools:
            counts[pool.instance_type] = counts.get(pool.instance_type, 0) + pool.max_nodes
        return " + ".join(f"{count} × {name}" for name, count in counts.items())

    @property
    def start_s(self) -> float | None:
        """Seconds of a cold start."""
        return self.candidate.must_be_sized().fleet.cold_start_s

    @property
    def interruption(self) -> float | None:
        """The share of spot nodes taken back in a month."""
        return self.candidate.must_be_sized().offering.interruption_per_month

    @property
    def usd_per_hour(self) -> Mapping[str, Decimal]:
        """The list prices of a node-hour."""
        return hour_prices(self.candidate.must_be_sized().offering, self.capacity)

    @property
    def standing(self) -> int:
        """Replicas that are there without any load."""
        return sum(pool.min_replicas for pool in self.candidate.must_be_sized().fleet.pools)

    def figures(self) -> Mapping[str, tuple[float, str]]:
        """Its latencies at the peak, by key."""
        found = Figures(self.search).latency(self.candidate)
        return {key: (each.estimate, key.rpartition("_")[2]) for key, each in found.items()}


class ServiceCase:
    """A service whose plan a search found, or whose refusal has a plan without the budget."""

    every = "a month"

    def __init__(self, tried: Search, speed: SpeedFacts) -> None:
        """Take a search that found something, with or without the budget."""
        self._tried = tried
        self._speed = speed
        self._budget = None if tried.holding else tried.workload.budget
        workload = tried.workload.model_copy(update={"budget": None}) if self._budget else tried.workload
        holding = tried.holding or tried.in_order(only_over_budget(tried))
        self.base = replace(tried, workload=workload, holding=holding)
        self.spec: Mapping[str, Any] = workload.model_dump(mode="json")
        self._known: dict[str, ServiceChoice | None] = {}

    @property
    def model(self) -> str | None:
        """The catalogue's name of its model."""
        return catalogue_name(self.base.catalog, self.spec)

    @property
    def chosen(self) -> ServiceChoice:
        """What is chosen without a change."""
        return ServiceChoice(self.base, self.base.holding[0])

    @property
    def precisions(self) -> Sequence[str]:
        """Precisions for which there is something to load beside those that were tried."""
        used = {each.setup.precision for each in self.base.candidates}
        pinned = self.base.workload.pin.precision
        free = self.base.work
        if pinned is not None:
            pin = self.base.workload.pin.model_copy(update={"precision": None})
            free = free.adapted(self.base.workload.model_copy(update={"pin": pin}))
            used = {pinned}
        return [name for name in free.other_precisions if name not in used]

    @property
    def regions_beside(self) -> Sequence[str]:
        """Regions of the same continents."""
        return beside(self.base.workload.region_names, self.base.catalog.regions)

    @property
    def hourly(self) -> Sequence[float]:
        """The load of each hour as a fraction of the peak."""
        return self.base.work.hourly

    @property
    def shape_assumed(self) -> bool:
        """Whether the shape of the day is assumed."""
        return self.base.traffic.profile_assumed

    def under(self, change: Change) -> ServiceChoice | None:
        """Choose under a change of the spec, or with one more commitment."""
        key = f"{change.path} {change.new!r}"
        if key not in self._known:
            found = self._under(change)
            self._known[key] = None if found is None or not found.holding else self._first(found)
        return self._known[key]

    def _under(self, change: Change) -> Search | None:
        if change.path == ENTRY:
            return self.base.under(
                self.base.workload, with_entry(self.base, cast("dict[str, Any]", change.new))
            )
        if change.path == "model":
            return self._with_model(change)
        changed = apply(self.base.workload, change)
        if changed is None:
            return None
        if changed.load != self.base.workload.load:
            # Another load is other work: it is not what was adapted to.
            base = self.base
            return anew(changed, base.architecture, base.catalog, self._speed, base.discounts)
        return self.base.under(changed, self.base.discounts)

    def _with_model(self, change: Change) -> Search | None:
        """Read the spec anew with another model: lengths and contexts are held against it."""
        data = self.base.workload.model_dump(mode="json", exclude_unset=True) | {"model": change.new}
        try:
            loaded = from_data(data, self.base.catalog, file="workload")
        except SpecError:
            return None
        return anew(loaded.workload, loaded.architecture, loaded.catalog, self._speed, self.base.discounts)

    def mends(self, change: Change) -> bool:
        """Say whether something holds under a change, the budget included."""
        if self._budget is None:
            return False
        found = self._under(change)
        limit, basis = Decimal(str(self._budget.usd_per_month)), self._budget.basis
        bills = (each.must_be_sized().bill for each in found.holding) if found is not None else ()
        return any(getattr(bill, basis) <= limit for bill in bills)

    def others(self) -> Sequence[LeverChoice]:
        """List what else holds every limit, in the order of preference."""
        return [self._choice(self.base, each) for each in self.base.holding[1:]]

    def rentals(self) -> Sequence[RentedNodes]:
        """List what a commitment could cover of each candidate that the choice may fall on."""
        search, preferred = self.base, self.chosen.capacity
        prefer = search.workload.capacity.spot == "prefer" and preferred == "spot"
        may = (each for each in search.holding if not prefer or each.option.capacity_type == preferred)
        choices = (self._choice(search, each) for each in may)
        rented = (rental_of(search, each.candidate, each.paid - each.expected) for each in choices)
        return [each for each in rented if each.nodes]

    @property
    def year(self) -> str:
        """The last day of a year from the day of the prices."""
        return year_from(self.base.catalog.priced_on)

    def nearest_miss(self, capacity: str) -> str:
        """Say what fails least of a capacity type."""
        free = {"spot_forbidden"} | ({BUDGET.code} if self._budget else set[str]())
        return nearest_miss(self._tried.candidates, capacity, free)

    def _first(self, search: Search) -> ServiceChoice:
        return self._choice(search, search.holding[0])

    def _choice(self, search: Search, candidate: Candidate) -> ServiceChoice:
        was = self.chosen.candidate.must_be_sized().purchase
        return ServiceChoice(search, candidate, left_by(was, candidate.must_be_sized().purchase))
