"""Levers are the keys of a spec that a way out may change, each with the values that are tried.

| key | values tried |
|---|---|
| `budget.usd_per_month` | the least that fits; what the plan takes that is expected to cost least |
| `budget.basis` | `expected` |
| `sla.<latency>` | a tenth above the least that fits, then steps of a quarter, what the best plan reaches |
| `sla.wait_p95_ms`, `sla.drain_s` | what each worker less reaches |
| `sla.confidence` | 0.9, 0.8, 0.7, 0.6, 0.5 |
| `sla.availability` | 0.999, 0.99 |
| `load.queue.partitions` | the workers that would do |
| `load.max_tokens` | halves of it, down to p95 + p95; null |
| `capacity.spot` | `allow` |
| `capacity.on_demand_base` | 0 |
| `capacity.nodes_per_replica` | 2, 3 and 4, where memory alone keeps a type out |
| `capacity.allow` | the list and one more family |
| `capacity.deny` | the list without one name; none |
| `region`, `regions` | each other region of the same continent |
| `precision` | each other precision |
| `pin.<key>`, `pin` | null, for `pin.precision` also each other precision; no pin at all |
| `scale.max_replicas` | the fewest replicas that fit; those of each better plan that more allow |
| `scale.min_replicas` | the most that fits; 1 |
| `scale.to_zero` | true |

A value counts only where the changed spec is valid and something then holds every limit, so that no way out
names what cannot run. `tests/make/moves.py` looks for cheaper ones by brute force.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.change import Change, Trials
from plimsoll.candidates.refusal import only_over_budget
from plimsoll.catalog.regions import beside
from plimsoll.engines.precision import SERVES_BEST_FIRST
from plimsoll.ground.start_up import record
from plimsoll.sizing.latency_limits import margin
from plimsoll.sizing.limits import BUDGET, DENIED, MAX_REPLICAS, MEMORY, SPOT_FORBIDDEN
from plimsoll.sizing.memory.misfit import MOST_TOLD
from plimsoll.sizing.traffic import lengths_of
from plimsoll.sizing.work.base import Peak

SLACK = 1.1
"""A latency limit is offered this far above the least that fits: at the edge replicas stand nearly idle."""

STEP = 1.25
"""How far apart the latency limits lie that are tried between the least that fits and no limit."""

AVAILABILITIES = (0.999, 0.99)
"""Offered below what is asked: the least at which a zone may fail, and the default below it."""

CONFIDENCES = (0.9, 0.8, 0.7, 0.6, 0.5)
"""Offered below what is asked, where latency limits keep everything out."""


@record
class Lever:
    """One key and the values to try. `ordered` says that the earlier of them changes less."""

    path: str
    old: Any
    values: Sequence[Any]
    ordered: bool = True

    def changes(self) -> Iterator[Change]:
        """Yield each change of the key."""
        return (Change(self.path, self.old, value) for value in self.values)


def levers(trials: Trials) -> Iterator[Lever]:
    """Yield every key that may help a refused spec."""
    for family in (
        _latencies,
        _waits,
        _partitions,
        _longest,
        _budget,
        _capacity,
        _nodes,
        _names,
        _pins,
        _precision,
        _scale,
        _asleep,
        _regions,
    ):
        yield from family(trials)


def elsewhere(trials: Trials) -> Iterator[Lever]:
    """Yield every key that may open other types, capacity or regions to a spec."""
    for family in (_capacity, _names, _pins, _precision, _regions):
        yield from family(trials)


def _latencies(trials: Trials) -> Iterator[Lever]:
    """Relax each latency limit that alone keeps everything out, and the availability."""
    sla = trials.workload.sla
    for key, limit_ms in sla.latency_limits().items():
        path, old = f"sla.{key}", plain(limit_ms)
        free = trials.holding(Change(path, old, None))
        if free:
            yield Lever(path, old, _limits(trials, path, old, free))
    if sla.latency_limits():
        surer = [value for value in CONFIDENCES if value < sla.confidence]
        yield Lever("sla.confidence", sla.confidence, surer)
    lower = [value for value in AVAILABILITIES if value < sla.availability]
    yield Lever("sla.availability", sla.availability, lower)


def _waits(trials: Trials) -> Iterator[Lever]:
    """Let tasks wait, or a backlog lie, for as long as fewer workers need."""
    for key, values in trials.search.work.softer():
        old = plain(getattr(trials.workload.sla, key))
        higher = sorted({plain(_round_up(value)) for value in values if value > old})
        yield Lever(f"sla.{key}", old, higher)


def _partitions(trials: Trials) -> Iterator[Lever]:
    """Cut a topic into as many partitions as there must be workers."""
    queue = trials.workload.load.queue
    if queue is not None and queue.partitions is not None:
        yield Lever("load.queue.partitions", queue.partitions, _counts(trials))


def _limits(trials: Trials, path: str, old: float, free: Sequence[Candidate]) -> Sequence[float]:
    """List the limits to try, up to that which does not bind the best plan without one."""
    near, top = (_round_up(value) for value in _reached_ms(trials, free[0], path))
    least = _least(old, near, lambda value: trials.best(Change(path, old, plain(value))) is not None)
    least = min(_round_up(least * SLACK), near)
    values = {least, near, top}
    if free[0].must_be_sized().bill.ceiling > min(each.must_be_sized().bill.ceiling for each in free):
        step = least
        while (step := _round_up(step * STEP)) < top:
            values.add(step)
    return [plain(value) for value in sorted(values)]


def _reached_ms(trials: Trials, best: Candidate, path: str) -> tuple[float, float]:
    """Take the latency of a candidate at the peak, and that of a replica as full as it may be.

    Both as they are held against a limit: at the confidence that the spec asks for.
    """
    setup, fleet = best.setup, best.must_be_sized().fleet
    if setup.loaded is None:
        return math.inf, math.inf
    key = path.removeprefix("sla.").removesuffix("_ms")
    peak: Peak = trials.search.work.at_peak(setup, fleet.serving, fleet.replicas.peak)
    at_peak, full = (
        setup.loaded.replica.latencies_s(batch, [key])[0] * 1000 for batch in (peak.batch, setup.loaded.batch)
    )
    held = margin(setup.interval, key, trials.workload.sla.confidence)
    return at_peak * held, max(at_peak, full) * held


def _least(fails: float, fits: float, holds: Callable[[float], bool]) -> float:
    """Find the least value of two digits that holds, between one that fails and one that fits."""
    while True:
        middle = _round_up(math.sqrt(fails * fits))
        if not fails < middle < fits:
            return fits
        if holds(middle):
            fits = middle
        else:
            fails = middle


def _longest(trials: Trials) -> Iterator[Lever]:
    """Serve shorter requests at most, down to the lengths that the spec says; or what the cache holds."""
    load = trials.workload.load
    if load.max_tokens is not None:
        least = lengths_of(load, trials.search.architecture).longest_tok
        halves = [load.max_tokens >> power for power in range(1, load.max_tokens.bit_length())]
        values = [half for half in halves if half >= least]
        yield Lever("load.max_tokens", load.max_tokens, [*values, None])


def _budget(trials: Trials) -> Iterator[Lever]:
    """Raise the budget to the least that fits, and to what is expected to cost least; or change its basis."""
    budget = trials.workload.budget
    bills = [candidate.must_be_sized().bill for candidate in only_over_budget(trials.search)]
    if budget is None or not bills:
        return
    on_ceiling = budget.basis == "ceiling"
    limited = [bill.ceiling if on_ceiling else bill.expected for bill in bills]
    likeliest = min(bills, key=lambda bill: (bill.expected, bill.ceiling))
    amounts = {math.ceil(min(limited)), math.ceil(likeliest.ceiling if on_ceiling else likeliest.expected)}
    yield Lever("budget.usd_per_month", plain(budget.usd_per_month), sorted(amounts))
    if on_ceiling and likeliest.expected <= Decimal(str(budget.usd_per_month)):
        yield Lever("budget.basis", "ceiling", ["expected"])


def _capacity(trials: Trials) -> Iterator[Lever]:
    """Allow spot capacity; where it is allowed, keep none of the replicas off it."""
    capacity = trials.workload.capacity
    if capacity.spot != "never":
        if capacity.on_demand_base:
            yield Lever("capacity.on_demand_base", capacity.on_demand_base, [0])
    elif any(candidate.breaks_only(SPOT_FORBIDDEN, BUDGET) for candidate in trials.search.candidates):
        yield Lever("capacity.spot", "never", ["allow"])


def _nodes(trials: Trials) -> Iterator[Lever]:
    """Let a replica span the fewest nodes that hold it, where no single node does."""
    old = trials.workload.capacity.nodes_per_replica
    short = (each for each in trials.search.candidates if each.breaks_only(MEMORY))
    if old < MOST_TOLD and any(each.instance.efa_interfaces for each in short):
        values = range(old + 1, MOST_TOLD + 1)
        path = "capacity.nodes_per_replica"
        fewest = next((n for n in values if trials.best(Change(path, old, n)) is not None), None)
        yield Lever(path, old, [fewest] if fewest is not None else [])


def _names(trials: Trials) -> Iterator[Lever]:
    """Allow one more family, or deny one name less."""
    capacity = trials.workload.capacity
    kept_out = [each for each in trials.search.candidates if each.breaks_only(DENIED, BUDGET)]
    families = sorted({each.instance.family for each in kept_out})
    if capacity.allow and families:
        more = [[*capacity.allow, family] for family in families]
        yield Lever("capacity.allow", list(capacity.allow), more, ordered=False)
    if capacity.deny and families:
        fewer = [[other for other in capacity.deny if other != name] for name in capacity.deny]
        yield Lever("capacity.deny", list(capacity.deny), [*fewer, []], ordered=False)


def _pins(trials: Trials) -> Iterator[Lever]:
    """Give up each pin, and all of them."""
    pin = trials.workload.pin
    pinned = {name: value for name, value in pin.model_dump(mode="json").items() if value is not None}
    for name, value in pinned.items():
        others = SERVES_BEST_FIRST if name == "precision" else ()
        yield Lever(f"pin.{name}", value, [None, *(other for other in others if other != value)])
    if len(pinned) > 1:
        yield Lever("pin", pinned, [{}])


def _precision(trials: Trials) -> Iterator[Lever]:
    """Serve in each precision that was not tried."""
    tried = {candidate.setup.precision for candidate in trials.search.candidates}
    others = [name for name in trials.search.work.other_precisions if name not in tried]
    given = trials.workload.precision
    yield Lever("precision", list(given) if given else None, others)


def _scale(trials: Trials) -> Iterator[Lever]:
    """Allow more replicas at most, or ask for fewer at least."""
    scale = trials.workload.scale
    yield Lever("scale.max_replicas", scale.max_replicas, _counts(trials))
    path, old = "scale.min_replicas", scale.min_replicas
    if old > 1 and trials.best(Change(path, old, 1)) is not None:
        fits, fails = 1, old
        while fails - fits > 1:
            middle = (fits + fails) // 2
            fits, fails = (
                (fits, middle) if trials.best(Change(path, old, middle)) is None else (middle, fails)
            )
        yield Lever(path, old, sorted({fits, 1}, reverse=True))


def _asleep(trials: Trials) -> Iterator[Lever]:
    """Sleep without traffic: that lowers what is expected, never the ceiling."""
    scale, budget = trials.workload.scale, trials.workload.budget
    if not scale.to_zero and budget is not None and budget.basis == "expected":
        yield Lever("scale.to_zero", False, [True])


def _counts(trials: Trials) -> Sequence[int]:
    """List the bounds at which another plan becomes the best: the bound itself changes no bill."""
    stopped = [each for each in trials.search.candidates if each.breaks_only(MAX_REPLICAS)]
    counts: list[int] = []
    best = math.inf
    rank = {id(each): place for place, each in enumerate(trials.search.in_order(stopped))}
    for each in sorted(stopped, key=lambda each: (each.must_be_sized().fleet.replicas.max, rank[id(each)])):
        if rank[id(each)] < best:
            best = rank[id(each)]
            counts.append(each.must_be_sized().fleet.replicas.max)
    return counts


def _regions(trials: Trials) -> Iterator[Lever]:
    """Move to each other region of the same continent."""
    workload, names = trials.workload, trials.workload.region_names
    others = beside(names, trials.search.catalog.regions)
    if workload.regions is None:
        yield Lever("region", names[0], others, ordered=False)
    else:
        yield Lever("regions", list(names), [[name] for name in others], ordered=False)


def _round_up(value: float) -> float:
    """Round up to two significant digits, so that the offer reads like one a person would make."""
    if not 0 < value < math.inf:
        return value
    magnitude = 10 ** (math.floor(math.log10(value)) - 1)
    return math.ceil(round(value / magnitude, 9)) * magnitude


def plain(value: float) -> float | int:
    """Write a number of the spec as a person would: whole where it is."""
    if not math.isfinite(value):
        return value
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
