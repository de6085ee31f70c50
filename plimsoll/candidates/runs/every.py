"""Every way to do a run is tried, and each keeps every limit that it breaks."""

from collections.abc import Iterator
from decimal import Decimal

from plimsoll.candidates.runs.candidate import (
    RunCandidate,
    RunOption,
    RunSized,
    RunSpace,
    TimedRun,
    waits_in_queue,
)
from plimsoll.candidates.runs.checks import (
    beyond_a_month,
    forbidden_run,
    late,
    no_run_price,
    over_run_budget,
    too_many,
)
from plimsoll.candidates.runs.counts import best_counted
from plimsoll.catalog.facts import Offering, Price
from plimsoll.money.bill import Bill
from plimsoll.money.cluster import cluster_bill
from plimsoll.money.line import to_quantity
from plimsoll.money.runs.bill import Rented, RunRates, Stored, run_bill
from plimsoll.money.runs.month import RunMonth
from plimsoll.sizing.limits import DEADLINE, NO_PRICE, Reason
from plimsoll.sizing.nodes import root_volume_gib
from plimsoll.sizing.runs.blocks import days_for
from plimsoll.sizing.runs.failures import Interrupted, between_failures_h
from plimsoll.sizing.runs.hours import START_H, Conditions, SpotTerms, on_demand_hours, spot_hours
from plimsoll.sizing.runs.pace import Pace
from plimsoll.sizing.runs.saves import too_full, too_slow, unsaved
from plimsoll.sizing.runs.spot import mean_stay_h

CAPACITY_TYPES = ("on-demand", "spot")
RESERVED = "reserved"


def every_run_candidate(space: RunSpace) -> Iterator[RunCandidate]:
    """Try every option, and keep every limit that it breaks."""
    trial = RunTrial(space)
    return (trial.judged(option) for option in _options(space))


def every_holding_run(space: RunSpace) -> Iterator[RunCandidate]:
    """Try for the candidates that hold alone: nobody asks why the others do not."""
    trial = RunTrial(space)
    for option in _options(space):
        if not option.way.reasons and not any(forbidden_run(option, space.spec)):
            candidate = trial.judged(option)
            if candidate.holds:
                yield candidate


def _options(space: RunSpace) -> Iterator[RunOption]:
    catalog = space.catalog
    kinds = CAPACITY_TYPES + ((RESERVED,) if space.spec.capacity.reserved != "never" else ())
    for region in sorted(set(space.spec.region_names)):
        for name in sorted(catalog.planned):
            offering = catalog.offering(name, region)
            if offering is not None and offering.zones == 0:
                offering = None  # it has a price there, and no zone offers it
            for way in space.work.ways(catalog.instance_types[name]):
                for kind in kinds:
                    yield RunOption(way, region, kind, offering)


class RunTrial:
    """Times and prices options; the cluster's own bill is worked out once for each region."""

    def __init__(self, space: RunSpace) -> None:
        self._space = space
        self._cluster: dict[str, Bill | None] = {}

    def judged(self, option: RunOption) -> RunCandidate:
        """Find the nodes of an option, price them, and say everything that it breaks."""
        way = option.way
        reasons = [*forbidden_run(option, self._space.spec), *way.reasons]
        rates = self.rates(option)
        if rates is None and option.offering is not None:
            reasons.append(no_run_price(option))
        if way.reasons:
            return RunCandidate(option, tuple(reasons), None, None)
        found = best_counted(self, option, rates)
        if found is None:
            return RunCandidate(option, tuple(reasons), None, None)
        timed, sized, broken = found
        if self._forbidden_spot(option):
            sized = None  # judged as if nothing took it back: what it would cost takes time to follow
        return RunCandidate(option, (*reasons, *broken), timed, sized)

    def on_nodes(self, option: RunOption, nodes: int) -> RunCandidate | None:
        """Judge an option on so many nodes, whatever number suits it best; None where it has no such pace."""
        found = self.counted(option, nodes, self.rates(option))
        if found is None:
            return None
        timed, sized, broken = found
        reasons = (*forbidden_run(option, self._space.spec), *option.way.reasons, *broken)
        return RunCandidate(option, reasons, timed, sized)

    def _forbidden_spot(self, option: RunOption) -> bool:
        return option.capacity_type == "spot" and any(forbidden_run(option, self._space.spec))

    def counted(
        self, option: RunOption, nodes: int, rates: RunRates | None
    ) -> tuple[TimedRun, RunSized | None, tuple[Reason, ...]] | None:
        """Time and price an option on so many nodes, with every limit that it breaks there."""
        pace = option.way.pace(nodes)
        if pace is None:
            return None
        timed = self._timed(option, pace)
        stored, unpriced = self._stored(option.region, timed)
        sized = self._sized(option, timed, rates, stored) if rates is not None and not unpriced else None
        return timed, sized, (*unpriced, *self._broken(option, timed, sized))

    def _timed(self, option: RunOption, pace: Pace) -> TimedRun:
        spec, instance = self._space.spec, option.instance
        stay_h = None
        if option.capacity_type == "spot" and not self._forbidden_spot(option):
            band = option.offering.interruption_per_month if option.offering is not None else None
            stay_h = mean_stay_h(band, spec.capacity.mtti_h, pace.nodes)
        saves = self._space.work.checkpoint(pace, instance, stay_h)
        rate = spec.capacity.hardware_failures_per_1000_node_days
        failures = Interrupted(between_failures_h(pace.nodes, instance.accelerators, rate), START_H)
        terms = Conditions(saves, failures, self._space.work.limits)
        if stay_h is None:
            return TimedRun(pace, saves, on_demand_hours(pace, terms))
        spot = SpotTerms(stay_h, spec.capacity.on_demand_fallback)
        return TimedRun(pace, saves, spot_hours(pace, terms, spot))

    def _broken(self, option: RunOption, timed: TimedRun, sized: RunSized | None) -> Iterator[Reason]:
        pace, hours, spec = timed.pace, timed.hours, self._space.spec
        yield from pace.reasons
        yield from too_slow(timed.checkpoint)
        yield from too_full(timed.checkpoint)
        if option.capacity_type == "spot":
            yield from unsaved(timed.checkpoint, hours.floor_h)
        yield from late(self._space.work.limits, hours)
        yield from beyond_a_month(spec, hours)
        yield from too_many(spec, option, pace.nodes)
        if option.capacity_type == RESERVED and days_for(hours.high_h) is None:
            yield DEADLINE.broken("no Capacity Block is that long: 182 days at most", 182 * 24, hours.high_h)
        if sized is not None:
            yield from over_run_budget(spec, sized)

    def _sized(
        self, option: RunOption, timed: TimedRun, rates: RunRates, stored: Stored | None
    ) -> RunSized | None:
        block = days_for(timed.hours.high_h) if rates.block is not None else None
        if rates.block is not None and block is None:
            return None
        rented = Rented(
            option.instance.name,
            timed.pace.nodes,
            root_volume_gib(option.instance, 0),
            stored,
            block,
        )
        return RunSized(
            timed, rented, self._month(option.region, run_bill(rented, timed.hours, rates), rates)
        )

    def _month(self, region: str, listed: Bill, rates: RunRates) -> RunMonth:
        """Make a month of runs: at list prices, or on the organisation's own terms."""
        spec, own, cluster = self._space.spec, self._space.discounts, self._cluster_bill(region)
        runs = Decimal(str(spec.runs_per_month)) if spec.runs_per_month is not None else None
        if own is None or cluster is None:
            return RunMonth(listed, runs, cluster)
        from plimsoll.money.runs.own import RunTerms  # start-up: few plans have terms of their own

        terms = RunTerms(own, spec.name, region, self._space.catalog.priced_on)
        return terms.month(listed, rates, runs, cluster)

    def _stored(self, region: str, timed: TimedRun) -> tuple[Stored | None, tuple[Reason, ...]]:
        """Price what a run leaves in storage, or say that nobody knows a price."""
        saves = timed.checkpoint
        storage = self._space.work.storage(saves, timed.hours.enforced_h) if saves is not None else None
        if storage is None:
            return None, ()
        service = self._space.catalog.service(storage.item, region)
        if service is None:
            message = f"no price of {storage.what} in {region}; a missing price is a refusal, not zero"
            return None, (NO_PRICE.broken(message, unit="USD/GB-month"),)
        asked = getattr(self._space.spec, "queue", None) is not None
        waits = storage.waiting_gb_months if waits_in_queue(timed, asked=asked, alone=False) else None
        months, most = (to_quantity(Decimal(str(each))) for each in (storage.gb_months, waits or 0.0))
        return Stored(storage.what, months, service, most or None), ()

    def rates(self, option: RunOption) -> RunRates | None:
        """Collect unit prices; None if one that is needed is missing."""
        catalog, offering, region = self._space.catalog, option.offering, option.region
        volume = catalog.service("ebs-gp3-storage", region)
        if offering is None or offering.on_demand is None or volume is None:
            return None
        if self._cluster_bill(region) is None:
            return None
        if option.capacity_type == RESERVED:
            block = _block_price(offering)
            return None if block is None else RunRates(offering.on_demand, None, volume.price, block)
        spot = offering.spot if option.capacity_type == "spot" else None
        if option.capacity_type == "spot" and spot is None:
            return None
        return RunRates(offering.on_demand, spot, volume.price)

    def _cluster_bill(self, region: str) -> Bill | None:
        if region not in self._cluster:
            self._cluster[region] = cluster_bill(self._space.catalog, region)
        return self._cluster[region]


def _block_price(offering: Offering) -> Price | None:
    """Read the price of a Capacity Block: AWS publishes none, it is asked for one block at a time."""
    del offering
    return None
