"""A way out is the gentlest single change of a kind that makes the workload fit, at the price it then has.

It is never a guess: the change is applied to the spec, the changed spec is sized, and the price offered
is the price of that plan.
"""

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.refusal import only_over_budget
from plimsoll.candidates.row import WayOut
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.sizing.limits import (
    AVAILABILITY,
    BUDGET,
    DENIED,
    LATENCIES,
    MAX_REPLICAS,
    PINNED,
    SPOT_FORBIDDEN,
    THROUGHPUT,
    Limit,
)
from plimsoll.sizing.spares import ZONE_TOLERANCE_FROM
from plimsoll.spec.workload import Workload

STEPS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
"""How far a latency limit is relaxed, as multiples of the best value any candidate reaches."""

WITHOUT_ZONES = 0.99
"""The availability offered where surviving a zone is too much: it is below `ZONE_TOLERANCE_FROM`."""


@record
class Change:
    """One change of the spec: a dotted path and the JSON value to put there."""

    path: str
    old: Any
    new: Any


def ways_out(search: Search) -> tuple[WayOut, ...]:
    """Size every kind of change, and list those that fit, cheapest first."""
    fitting = (_first_that_fits(search, ladder) for ladder in _ladders(search))
    ways = [way for way in fitting if way is not None]
    return tuple(sorted(ways, key=lambda way: (Decimal(way.usd_per_month_ceiling), way.change)))


def _first_that_fits(search: Search, ladder: list[Change]) -> WayOut | None:
    for change in ladder:
        changed = apply(search.workload, change)
        best = search.again(changed) if changed is not None else None
        if best is not None:
            return _priced(change, best)
    return None


def _priced(change: Change, best: Candidate) -> WayOut:
    bill = best.must_be_sized().bill
    return WayOut(
        change=change.path,
        from_=change.old,
        to=change.new,
        usd_per_month_ceiling=usd_text(bill.ceiling),
        message=(
            f"{change.path}: {_shown(change.old)} → {_shown(change.new)} fits on {best.instance.name} "
            f"at a ceiling of {usd_display(bill.ceiling)} a month, {usd_display(bill.expected)} expected"
        ),
    )


def _shown(value: object) -> str:
    if value is None:
        return "unset"
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return "[" + ", ".join(str(item) for item in items) + "]"
    return f"{value:g}" if isinstance(value, float) else str(value)


def apply(workload: Workload, change: Change) -> Workload | None:
    """Put a value at a dotted path of the spec; None if the changed spec is not valid."""
    data = workload.model_dump(mode="json", exclude_unset=True)
    node: dict[str, Any] = data
    *parents, last = change.path.split(".")
    for key in parents:
        below = node.setdefault(key, {})
        if not isinstance(below, dict):
            return None
        node = cast("dict[str, Any]", below)
    node[last] = change.new
    if last == "regions":
        data.pop("region", None)
    try:
        return Workload.model_validate(data)
    except ValueError:
        return None


def _ladders(search: Search) -> Iterator[list[Change]]:
    """For each limit that some candidate breaks, the changes to try, gentlest first."""
    yield from _latency_ladders(search)
    yield from _budget_ladders(search)
    if search.workload.capacity.spot == "never" and _mends(search, SPOT_FORBIDDEN):
        yield [Change("capacity.spot", "never", "allow")]
    yield from _max_replicas_ladders(search)
    yield from _availability_ladders(search)
    yield from _choice_ladders(search)
    yield from _precision_ladders(search)
    yield _region_ladder(search)


def _mends(search: Search, *limits: Limit) -> bool:
    """Say whether some candidate breaks nothing but these (and the budget, which any change may mend)."""
    return any(candidate.breaks_only(*limits, BUDGET) for candidate in search.candidates)


def _latency_ladders(search: Search) -> Iterator[list[Change]]:
    """Relax each latency limit, from the best that a candidate with no other fault reaches."""
    for key, limit_ms in search.workload.sla.latency_limits().items():
        latency = LATENCIES[key.partition("_")[0]]
        reached = [
            _reached(candidate, latency, limit_ms)
            for candidate in search.candidates
            if candidate.breaks_only(latency, BUDGET)
        ]
        if reached:
            steps = (_round_up(max(min(reached), limit_ms) * step) for step in STEPS)
            yield [
                Change(f"sla.{key}", _plain(limit_ms), _plain(value)) for value in steps if value > limit_ms
            ]


def _reached(candidate: Candidate, latency: Limit, limit_ms: float) -> float:
    """Take what a candidate reaches at best where it misses a limit, else the limit."""
    values = [
        reason.value
        for reason in candidate.reasons
        if reason.code == latency.code and reason.limit == limit_ms and isinstance(reason.value, float)
    ]
    return max(values, default=limit_ms)


def _budget_ladders(search: Search) -> Iterator[list[Change]]:
    """Raise the budget to the least that fits, and to what is expected to cost least; or change its basis."""
    budget = search.workload.budget
    bills = [candidate.must_be_sized().bill for candidate in only_over_budget(search)]
    if budget is None or not bills:
        return
    on_ceiling = budget.basis == "ceiling"
    limited = [bill.ceiling if on_ceiling else bill.expected for bill in bills]
    likeliest = min(bills, key=lambda bill: (bill.expected, bill.ceiling))
    amounts = {math.ceil(min(limited)), math.ceil(likeliest.ceiling if on_ceiling else likeliest.expected)}
    for amount in sorted(amounts):
        yield [Change("budget.usd_per_month", _plain(budget.usd_per_month), amount)]
    if on_ceiling and likeliest.expected <= Decimal(str(budget.usd_per_month)):
        yield [Change("budget.basis", "ceiling", "expected")]


def _max_replicas_ladders(search: Search) -> Iterator[list[Change]]:
    """Raise the bound to the fewest replicas that fit, and to those of the plan expected to cost least."""
    stopped = [
        (each.sized.bill.expected, each.sized.bill.ceiling, each.sized.fleet.replicas.max)
        for each in search.candidates
        if each.sized is not None and each.breaks_only(MAX_REPLICAS)
    ]
    if stopped:
        for count in sorted({min(each[2] for each in stopped), min(stopped)[2]}):
            yield [Change("scale.max_replicas", search.workload.scale.max_replicas, count)]


def _availability_ladders(search: Search) -> Iterator[list[Change]]:
    """Give up surviving a zone, where that asks for spares that are too many or too dear."""
    wanted = search.workload.sla.availability
    if wanted >= ZONE_TOLERANCE_FROM and _mends(search, AVAILABILITY, MAX_REPLICAS):
        yield [Change("sla.availability", wanted, WITHOUT_ZONES)]


def _choice_ladders(search: Search) -> Iterator[list[Change]]:
    """Give up each choice by name: an allow or deny list, a pin."""
    workload = search.workload
    for name in ("allow", "deny"):
        listed = getattr(workload.capacity, name)
        if listed and _mends(search, DENIED):
            yield [Change(f"capacity.{name}", list(listed), [])]
    for name in ("instance_type", "tensor_parallel", "replicas", "precision"):
        pinned = getattr(workload.pin, name)
        if pinned is not None and _mends(search, PINNED, THROUGHPUT, AVAILABILITY, MAX_REPLICAS):
            yield [Change(f"pin.{name}", pinned, None)]


def _precision_ladders(search: Search) -> Iterator[list[Change]]:
    """Offer the precisions that were not tried."""
    tried = {candidate.setup.precision for candidate in search.candidates}
    for precision in search.work.other_precisions:
        if precision not in tried:
            old = list(search.workload.precision) if search.workload.precision else None
            yield [Change("precision", old, precision)]


def _region_ladder(search: Search) -> list[Change]:
    """Move to the one other region that is cheapest."""
    names = search.workload.region_names
    others = [region for region in search.catalog.regions if region not in names]
    elsewhere = apply(search.workload, Change("regions", None, others)) if others else None
    best = search.again(elsewhere) if elsewhere is not None else None
    if best is None:
        return []
    if search.workload.regions is None:
        return [Change("region", names[0], best.option.region)]
    return [Change("regions", list(names), [best.option.region])]


def _round_up(value: float) -> float:
    """Round up to two significant digits, so that the offer reads like one a person would make."""
    magnitude = 10 ** (math.floor(math.log10(value)) - 1)
    return math.ceil(round(value / magnitude, 9)) * magnitude


def _plain(value: float) -> float | int:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded
