"""The case of a run: its money is per run, and its search is done again under each change."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from plimsoll.candidates.change import Change
from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.search import in_run_order, runs_holding
from plimsoll.candidates.runs.ways_out import apply_to_run
from plimsoll.catalog.regions import beside
from plimsoll.engines.precision import SERVES_BEST_FIRST
from plimsoll.ground.problems import SpecError
from plimsoll.ground.start_up import record
from plimsoll.savings.case import LeverChoice, RentedNodes
from plimsoll.savings.committed import left_by, year_from
from plimsoll.savings.misses import nearest_miss
from plimsoll.savings.quality import catalogue_name
from plimsoll.savings.words import hour_prices
from plimsoll.sizing.limits import BUDGET
from plimsoll.sizing.runs.registry import run_work_of
from plimsoll.spec.runs.read import LoadedRun, from_any_data
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: only a plan with a discounts file has one
    from plimsoll.money.purchase import IdleCommitment

TRAINS_IN = ("fp8", "bf16", "fp16")
"""Precisions that a training is computed in."""


@record
class RunChoice:
    """What is chosen of a run's candidates."""

    candidate: RunCandidate
    left: tuple["IdleCommitment", ...] = ()
    """Commitments of the plan's month that it cannot use."""

    @property
    def paid(self) -> Decimal:
        """What a run is expected to cost: commitments are in no number of a run."""
        return self.expected

    @property
    def id(self) -> str:
        """The candidate's id."""
        return self.candidate.id

    @property
    def instance_type(self) -> str:
        """The instance type."""
        return self.candidate.option.instance.name

    @property
    def region(self) -> str:
        """The region."""
        return self.candidate.option.region

    @property
    def precision(self) -> str | None:
        """The precision; None where it has no meaning."""
        return self.candidate.option.way.precision

    @property
    def capacity(self) -> str:
        """The capacity type."""
        return self.candidate.option.capacity_type

    @property
    def expected(self) -> Decimal:
        """What a run is expected to cost."""
        return self.candidate.must_be_sized().bill.expected

    @property
    def ceiling(self) -> Decimal:
        """The most that a run can cost."""
        return self.candidate.must_be_sized().bill.ceiling

    @property
    def per_month(self) -> tuple[Decimal, Decimal] | None:
        """The same of a month's runs; None without runs_per_month."""
        month = self.candidate.must_be_sized().month
        expected, ceiling = month.sum_of("expected"), month.sum_of("ceiling")
        return None if expected is None or ceiling is None else (expected, ceiling)

    @property
    def scale(self) -> str:
        """How many nodes there are."""
        return f"{self.candidate.must_be_sized().rented.nodes} × {self.instance_type}"

    @property
    def start_s(self) -> float | None:
        """None: nothing starts under load."""
        return None

    @property
    def interruption(self) -> float | None:
        """The share of spot nodes taken back in a month."""
        offering = self.candidate.option.offering
        return None if offering is None else offering.interruption_per_month

    @property
    def usd_per_hour(self) -> Mapping[str, Decimal]:
        """The list prices of a node-hour."""
        offering = self.candidate.option.offering
        return {} if offering is None else hour_prices(offering, self.capacity)

    @property
    def standing(self) -> int:
        """None: a run ends."""
        return 0

    def figures(self) -> Mapping[str, tuple[float, str]]:
        """Hours that half of the runs keep, and that nine in ten keep."""
        hours = self.candidate.must_be_sized().timed.hours
        return {"run_p50_h": (hours.estimate_h, "h"), "run_p90_h": (hours.high_h, "h")}


class RunCase:
    """A run whose plan a search found, or whose refusal has a plan without the budget."""

    every = "a run"
    hourly: Sequence[float] = ()
    shape_assumed = False

    def __init__(self, tried: RunSearch, loaded: LoadedRun, speed: SpeedFacts) -> None:
        """Take a search that found something, with or without the budget."""
        self._tried, self._loaded, self._speed = tried, loaded, speed
        self._refused = not tried.holding
        spec = tried.space.spec
        if self._refused:
            data = spec.model_dump(mode="json", exclude_unset=True)
            data.pop("budget", None)
            spec = spec.changed(data)
        self._spec = spec
        free = (each for each in tried.candidates if each.breaks_only(BUDGET))
        self._holding = tried.holding or in_run_order(spec, free)
        self.spec: Mapping[str, Any] = spec.model_dump(mode="json")
        self._known: dict[str, RunChoice | None] = {}

    @property
    def model(self) -> str | None:
        """The catalogue's name of its model."""
        return catalogue_name(self._loaded.catalog, self.spec)

    @property
    def chosen(self) -> RunChoice:
        """What is chosen without a change."""
        return RunChoice(self._holding[0])

    @property
    def precisions(self) -> Sequence[str]:
        """Precisions beside those that were tried."""
        used = {each.option.way.precision for each in self._tried.candidates}
        of_kind = TRAINS_IN if self.spec["kind"] == "training" else SERVES_BEST_FIRST
        return [name for name in of_kind if name not in used] if used - {None} else ()

    @property
    def regions_beside(self) -> Sequence[str]:
        """Regions of the same continents."""
        return beside(self._spec.region_names, self._tried.space.catalog.regions)

    def under(self, change: Change) -> RunChoice | None:
        """Choose under a change of the spec."""
        key = f"{change.path} {change.new!r}"
        if key not in self._known:
            found = self._under(self._spec, change)
            self._known[key] = self._choice(found[0]) if found else None
        return self._known[key]

    def _under(self, spec: Any, change: Change) -> tuple[RunCandidate, ...]:  # noqa: ANN401 - of its kind
        if change.path == "model":
            return self._with_model(spec, change)
        changed = apply_to_run(spec, change)
        if changed is None:
            return ()
        return runs_holding(self._tried.space.under(changed))

    def _with_model(self, spec: Any, change: Change) -> tuple[RunCandidate, ...]:  # noqa: ANN401
        data = spec.model_dump(mode="json", exclude_unset=True) | {"model": change.new}
        try:
            loaded = from_any_data(data, self._loaded.catalog, file="workload")
        except SpecError:
            return ()
        if not isinstance(loaded, LoadedRun):
            return ()
        work = run_work_of(loaded.spec, loaded.architecture, loaded.catalog, self._speed)
        return runs_holding(RunSpace(loaded.spec, work, loaded.catalog, self._tried.space.discounts))

    def mends(self, change: Change) -> bool:
        """Say whether something holds under a change, the budget included."""
        return self._refused and bool(self._under(self._tried.space.spec, change))

    def others(self) -> Sequence[LeverChoice]:
        """List what else holds every limit, in the order of preference."""
        return [self._choice(each) for each in self._holding[1:]]

    def _choice(self, candidate: RunCandidate) -> RunChoice:
        was, now = (each.must_be_sized().month.purchase for each in (self._holding[0], candidate))
        return RunChoice(candidate, left_by(was, now))

    def rentals(self) -> Sequence[RentedNodes]:
        """None: no commitment covers hours that nobody knows."""
        return ()

    @property
    def year(self) -> str:
        """The last day of a year from the day of the prices."""
        return year_from(self._tried.space.catalog.priced_on)

    def nearest_miss(self, capacity: str) -> str:
        """Say what fails least of a capacity type."""
        free = {"spot_forbidden"} | ({BUDGET.code} if self._refused else set[str]())
        return nearest_miss(self._tried.candidates, capacity, free)
