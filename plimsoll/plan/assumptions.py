"""Assumptions are the numbers that nobody supplied and the facts that were inferred: a plan prints each."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate, Sized
from plimsoll.candidates.search import Search
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.units import HOURS_PER_MONTH, usd_display
from plimsoll.money.line import Line
from plimsoll.sizing.fleet import Fleet
from plimsoll.sizing.spares import monthly_interruption
from plimsoll.sizing.work.requests import DEFAULT
from plimsoll.spec import defaults
from plimsoll.spec.workload import Workload

if TYPE_CHECKING:  # start-up: only a plan with a discounts file reads one
    from plimsoll.catalog.discounts.terms import Discounts

HOURS = Assumption("hours per month", int(HOURS_PER_MONTH), "h", "365 × 24 ÷ 12")


def assumptions_of(search: Search) -> tuple[Assumption, ...]:
    """All assumptions of a refusal, defaults first, each name once."""
    return _once([*_defaults(search), *_terms(search), *search.work.inferred(), HOURS])


def assumptions_of_choice(search: Search, best: Candidate) -> tuple[Assumption, ...]:
    """All assumptions of a plan, defaults first, each name once."""
    sized = best.must_be_sized()
    choice = (
        *search.work.assumed_of(best.setup),
        *_surer(search, best),
        *_fleet(search, best, sized),
        *inferred_prices(sized.bill.lines),
        *_mixed(search, best),
        *_idle(sized),
    )
    return _once([*_defaults(search), *_terms(search), *search.work.inferred(), *choice, HOURS])


def _surer(search: Search, best: Candidate) -> Iterator[Assumption]:
    if search.workload.sla.confidence != defaults.CONFIDENCE:
        from plimsoll.plan.beside.confidence import held_at  # start-up: few specs ask for another quantile

        yield from held_at(search, best)


def _mixed(search: Search, best: Candidate) -> Iterator[Assumption]:
    if search.workload.capacity.mix > 1:
        from plimsoll.plan.beside.mixed import mixed  # start-up: few specs allow a second type

        yield from mixed(search, best)


def _once(assumptions: Iterable[Assumption]) -> tuple[Assumption, ...]:
    """Keep each name where it came first, with what was said of it last."""
    return tuple({assumption.name: assumption for assumption in assumptions}.values())


def _defaults(search: Search) -> Iterator[Assumption]:
    """Spec keys that were left out, with the value that was used."""
    workload, traffic = search.workload, search.traffic
    load = workload.load
    if workload.region is None and workload.regions is None:
        yield Assumption("region", defaults.REGION, None, DEFAULT)
    if (prices := search.catalog.prices) is not None:
        yield Assumption("prices", str(prices), None, "laid over the catalogue's own")
    yield from search.work.load_defaults()
    if load.cache is not None:
        from plimsoll.plan.beside.cache import cache_assumptions  # start-up: few specs have one

        yield from cache_assumptions(search)
    if load.qps is not None and load.qps.average is None and load.profile is None:
        yield Assumption("load.qps.average", load.qps.peak, "requests/s", f"{DEFAULT}: the peak")
    if load.users is not None and load.profile is None and load.rate is not None:
        source = (
            f"{DEFAULT}: {defaults.PEAK_OF_USERS} × the average, users × requests_per_user_per_hour ÷ 3600"
        )
        yield Assumption("load.qps.peak", load.rate.peak, "requests/s", source)
    if traffic.profile_assumed:
        yield Assumption(
            "load.profile",
            "one peak a day, ((1 + cos) / 2)^k",
            None,
            "shaped to the average; give load.profile",
        )
    yield from _unlimited(search)
    yield from _limit_defaults(workload)
    yield from _scale_defaults(workload)


def _terms(search: Search) -> Iterator[Assumption]:
    return told_terms(search.discounts, search.catalog.priced_on)


def told_terms(discounts: "Discounts | None", day: str) -> Iterator[Assumption]:
    """Tell what the organisation pays, by which file, and which of its commitments have ended on a day."""
    if discounts is not None:
        yield Assumption("discounts", discounts.file, None, discounts.said)
        for ended in discounts.ended(day):
            source = f"{ended.title}: its last day is before the day of the prices, {day}"
            yield Assumption(f"{ended.path} ignored", f"ended {ended.until}", None, source)


def _idle(sized: Sized) -> Iterator[Assumption]:
    """Hours of commitments that the load leaves unused: they are paid all the same."""
    for each in sized.purchase.idle() if sized.purchase is not None else ():
        said, unit = each.commitment, f"{each.unit} of {each.most:f} a month"
        source = f"{said.title}: {usd_display(each.usd)} a month"
        yield Assumption(f"{said.path} unused", f"{each.hours:f}", unit, source)


def _unlimited(search: Search) -> Iterator[Assumption]:
    """The latencies that no key of the sla limits."""
    sla = search.workload.sla
    limited = {key.partition("_")[0] for key in (*sla.latency_limits(), *sla.queue_limits())}
    free = [metric for metric in search.work.latency_metrics if metric not in limited]
    if free:
        source = f"{DEFAULT}: the utilisation target still holds"
        yield Assumption("sla", f"no limit on {', '.join(free)}", None, source)


def _limit_defaults(workload: Workload) -> Iterator[Assumption]:
    if "availability" not in workload.sla.model_fields_set:
        yield Assumption("sla.availability", workload.sla.availability, None, DEFAULT)
    if workload.budget is None:
        yield Assumption("budget", "none", None, f"{DEFAULT}: no limit")
    elif "basis" not in workload.budget.model_fields_set:
        yield Assumption("budget.basis", workload.budget.basis, None, DEFAULT)


def _scale_defaults(workload: Workload) -> Iterator[Assumption]:
    if "spot" not in workload.capacity.model_fields_set:
        yield Assumption("capacity.spot", workload.capacity.spot, None, DEFAULT)
    elif workload.capacity.spot != "never" and "on_demand_base" not in workload.capacity.model_fields_set:
        yield Assumption("capacity.on_demand_base", workload.capacity.on_demand_base, "replicas", DEFAULT)
    if "min_replicas" not in workload.scale.model_fields_set and workload.scale.schedule is None:
        yield Assumption("scale.min_replicas", workload.scale.min_replicas, "replicas", DEFAULT)
    if workload.scale.max_replicas is None and workload.pin.replicas is None:
        yield Assumption("scale.max_replicas", "what sizing finds", None, DEFAULT)


def _fleet(search: Search, best: Candidate, sized: Sized) -> Iterator[Assumption]:
    fleet, on_demand = sized.fleet, sized.offering.on_demand
    yield from _zones(fleet)
    if on_demand is not None:
        yield Assumption("on-demand price as of", on_demand.as_of, None, "the catalogue")
    yield Assumption(
        "cold start",
        fleet.cold_start_s,
        "s",
        "node, image, weights, engine, one after another",
    )
    if search.workload.scale.to_zero:
        idle = f"requests that meet zero replicas are outside the sla: {_wake_up(search, fleet)}"
        if search.workload.load.queue is not None:
            idle = _first_task(search, fleet)
        yield Assumption("scale to zero", fleet.cold_start_s, "s", idle)
    if search.workload.scale.schedule is not None:
        from plimsoll.plan.beside.schedule import schedule_assumptions  # start-up: few specs have one

        yield from schedule_assumptions(search, fleet.cold_start_s, _wake_up(search, fleet))
    if best.option.capacity_type == "spot":
        yield Assumption(
            "spot interruption",
            monthly_interruption(sized.offering.interruption_per_month),
            "per instance and month",
            "AWS Spot Advisor band; also the expected share of hours on the on-demand fallback",
        )
    yield Assumption(
        "rolling update", "one replica less, none more", None, "pool limits leave no room for a surge"
    )


def _first_task(search: Search, fleet: Fleet) -> str:
    """Say which tasks wait for a worker to start: the first, or any where a start takes longer than they may.

    Then the wait of the plan is that of workers which run, and no worker is kept that would hold it.
    """
    waits, limit_ms = f"waits >= {fleet.cold_start_s:g} s, outside the sla", search.workload.sla.wait_p95_ms
    if limit_ms is None or limit_ms >= fleet.cold_start_s * 1000:
        return f"the first task after idle {waits}"
    late = f"a start takes longer than the {limit_ms / 1000:g} s of sla.wait_p95_ms, and no worker is kept"
    return f"{late}: after idle, and whenever the load rises, a task {waits}; wait_p95 is of workers that run"


_FIRST_ANSWER = ("ttft", "latency", "e2e")
"""Metrics of a limit that a request which wakes a replica breaks, the first answer first."""


def _wake_up(search: Search, fleet: Fleet) -> str:
    """Say how long a request waits that finds no replica, in seconds and in the limit that it breaks."""
    waits = f"the first waits >= {fleet.cold_start_s:g} s"
    limits = search.workload.sla.latency_limits()
    for metric in _FIRST_ANSWER:
        for key, limit_ms in limits.items():
            if key.startswith(f"{metric}_"):
                return f"{waits}, {fleet.cold_start_s * 1000 / limit_ms:,.0f} times sla.{key}"
    return waits


def _zones(fleet: Fleet) -> Iterator[Assumption]:
    if fleet.zones > 1:
        yield Assumption(
            "replicas spread over", fleet.zones, "zones", "all that offer the type, at most three"
        )
        if fleet.replicas.min < 2:
            yield Assumption(
                "off-peak availability",
                f"{fleet.replicas.min} replica, so a failure is an outage of a cold start",
                None,
                "scale.min_replicas; the promise is for the peak",
            )


def inferred_prices(lines: Iterable[Line]) -> Iterator[Assumption]:
    """Prices that were inferred, or that are no ordinary market price; the first of each item."""
    told: set[str] = set()
    for line in lines:
        price = line.price
        if line.item in told or not (price.inferred or price.flag):
            continue
        told.add(line.item)
        source = f"inferred: {price.inferred}" if price.inferred else f"spot price is {price.flag}"
        yield Assumption(f"price of {line.item}", f"{price.usd:f}", f"USD/{line.unit}", source)
