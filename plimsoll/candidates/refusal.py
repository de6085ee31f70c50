"""Refusal: which limits clash, and the cheapest single change of each that makes the workload fit.

A way out is never a guess: the change is applied to the spec, the changed spec is sized, and the
price offered is the price of that plan.
"""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any, cast

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search, best_again
from plimsoll.candidates.ways_out import Refused, WayOut
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import ExitCode
from plimsoll.ground.start_up import record
from plimsoll.ground.units import usd_display, usd_text
from plimsoll.sizing.limits import BUDGET, CHOICES, FACTS, MAX_REPLICAS, UNKNOWN
from plimsoll.sizing.spares import ZONE_TOLERANCE_FROM
from plimsoll.spec.workload import Workload

STEPS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0)
"""How far a latency limit is relaxed, as multiples of the best value any candidate reaches."""


@record
class Change:
    """One change of the spec: a dotted path and the JSON value to put there."""

    path: str
    old: Any
    new: Any


def refuse(found: Search, catalog: Catalog) -> Refused:
    """Explain a search that found nothing."""
    ways_out = sorted(
        _ways_out(found, catalog), key=lambda way: (Decimal(way.usd_per_month_ceiling), way.change)
    )
    binding = clash(found.candidates)
    code = _exit_code(found)
    return Refused(binding, tuple(ways_out), _message(found, binding, code), code)


def clash(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The smallest set of reason codes such that every candidate fails at least one of them.

    Candidates that fail on facts alone could never be had, so they only count when there is nothing
    else. Smallest by size, then alphabetically.
    """
    failed = [frozenset(reason.code for reason in candidate.reasons) for candidate in candidates]
    within_reach = [codes for codes in failed if not codes & FACTS]
    if all(codes & CHOICES for codes in within_reach):
        # The spec's own choice excludes all of them; what it chose instead fails on facts, and they clash.
        within_reach += [codes for codes in failed if not codes & CHOICES]
    sets = {codes for codes in (within_reach or failed) if codes}
    codes = sorted({code for codes in sets for code in codes})
    for count in range(1, len(codes) + 1):
        for chosen in combinations(codes, count):
            if all(set(chosen) & codes_of_one for codes_of_one in sets):
                return chosen
    return ()


def _exit_code(found: Search) -> ExitCode:
    """4 if a plan exists without the budget, 5 if only a fact is missing for one, else 3."""
    if _only_over_budget(found):
        return ExitCode.OVER_BUDGET
    if any(
        candidate.reasons and {reason.code for reason in candidate.reasons} <= UNKNOWN
        for candidate in found.candidates
    ):
        return ExitCode.MISSING_FACT
    return ExitCode.INFEASIBLE


def _ways_out(found: Search, catalog: Catalog) -> Iterator[WayOut]:
    """The first change of each kind that fits, sized."""
    for ladder in _ladders(found, catalog):
        for change in ladder:
            changed = apply(found.workload, change)
            if changed is None:
                continue
            best = best_again(found, changed, catalog)
            if best is not None:
                yield _priced(change, best)
                break


def _priced(change: Change, best: Candidate) -> WayOut:
    ceiling = best.bill.ceiling if best.bill is not None else Decimal(0)
    expected = best.bill.expected if best.bill is not None else Decimal(0)
    return WayOut(
        change=change.path,
        from_=change.old,
        to=change.new,
        usd_per_month_ceiling=usd_text(ceiling),
        message=(
            f"{change.path}: {_shown(change.old)} → {_shown(change.new)} fits on {best.instance.name} "
            f"at a ceiling of {usd_display(ceiling)} a month, {usd_display(expected)} expected"
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


def _ladders(found: Search, catalog: Catalog) -> Iterator[list[Change]]:
    """For each limit that some candidate fails, the changes to try, gentlest first."""
    workload = found.workload
    over_budget = _any_within(found, "budget")
    yield from _latency_ladders(found)
    if over_budget:
        yield from _budget_ladders(found)
    if workload.capacity.spot == "never" and _any_within(found, "spot_forbidden"):
        yield [Change("capacity.spot", "never", "allow")]
    if _any_within(found, "max_replicas"):
        yield from _max_replicas_ladders(found)
    if workload.sla.availability >= ZONE_TOLERANCE_FROM and _any_within(
        found, "availability", "max_replicas", "budget"
    ):
        yield [Change("sla.availability", workload.sla.availability, 0.99)]
    for name in ("allow", "deny"):
        listed = getattr(workload.capacity, name)
        if listed and _any_within(found, "denied"):
            yield [Change(f"capacity.{name}", list(listed), [])]
    for name in ("instance_type", "tensor_parallel", "replicas", "precision"):
        pinned = getattr(workload.pin, name)
        if pinned is not None and _any_within(found, "pinned", "throughput", "availability", "max_replicas"):
            yield [Change(f"pin.{name}", pinned, None)]
    yield from _precision_ladders(found)
    yield _region_ladder(found, catalog)


def _any_within(found: Search, *codes: str) -> bool:
    """Whether some candidate fails nothing but these codes (and the budget, which any change may mend)."""
    return any(_fails_only(candidate, {*codes, "budget"}) for candidate in found.candidates)


def _fails_only(candidate: Candidate, codes: set[str]) -> bool:
    return all(reason.code in codes for reason in candidate.reasons)


def _latency_ladders(found: Search) -> Iterator[list[Change]]:
    """Relax each latency limit, from the best that a candidate with no other fault reaches."""
    for key, limit in found.workload.sla.latency_limits().items():
        metric = key.partition("_")[0]
        reached = [
            _reached(candidate, metric, limit)
            for candidate in found.candidates
            if _fails_only(candidate, {metric, "budget"})
        ]
        if reached:
            steps = (_round_up(max(min(reached), limit) * step) for step in STEPS)
            yield [Change(f"sla.{key}", _plain(limit), _plain(value)) for value in steps if value > limit]


def _reached(candidate: Candidate, metric: str, limit: float) -> float:
    """What a candidate reaches at best where it misses a limit, else the limit."""
    values = [
        reason.value
        for reason in candidate.reasons
        if reason.code == metric and reason.limit == limit and isinstance(reason.value, float)
    ]
    return max(values, default=limit)


def _budget_ladders(found: Search) -> Iterator[list[Change]]:
    """Raise the budget to the least that fits, and to what is expected to cost least; or change its basis."""
    budget = found.workload.budget
    bills = [candidate.bill for candidate in _only_over_budget(found) if candidate.bill is not None]
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


def _only_over_budget(found: Search) -> list[Candidate]:
    """The candidates that fail the budget and nothing else."""
    return [c for c in found.candidates if {reason.code for reason in c.reasons} == {BUDGET.code}]


def _max_replicas_ladders(found: Search) -> Iterator[list[Change]]:
    """Raise the bound to the fewest replicas that fit, and to those of the plan expected to cost least."""
    stopped = [
        (candidate.bill.expected, candidate.bill.ceiling, candidate.fleet.replicas.max)
        for candidate in found.candidates
        if candidate.bill is not None and candidate.fleet is not None
        if {reason.code for reason in candidate.reasons} == {MAX_REPLICAS.code}
    ]
    if stopped:
        for count in sorted({min(each[2] for each in stopped), min(stopped)[2]}):
            yield [Change("scale.max_replicas", found.workload.scale.max_replicas, count)]


def _region_ladder(found: Search, catalog: Catalog) -> list[Change]:
    """Move to the one other region that is cheapest."""
    names = found.workload.region_names
    others = [region for region in catalog.regions if region not in names]
    elsewhere = apply(found.workload, Change("regions", None, others)) if others else None
    best = best_again(found, elsewhere, catalog) if elsewhere is not None else None
    if best is None:
        return []
    if found.workload.regions is None:
        return [Change("region", names[0], best.region)]
    return [Change("regions", list(names), [best.region])]


def _precision_ladders(found: Search) -> Iterator[list[Change]]:
    if found.architecture is None or found.workload.pin.precision is not None:
        return
    tried = {candidate.way.precision for candidate in found.candidates}
    for precision in ("fp8", "int8", "fp4", "int4", "bf16", "fp16"):
        if precision not in tried:
            old = list(found.workload.precision) if found.workload.precision else None
            yield [Change("precision", old, precision)]


def _round_up(value: float) -> float:
    """Round up to two significant digits, so that the offer reads like one a person would make."""
    magnitude = 10 ** (math.floor(math.log10(value)) - 1)
    return math.ceil(round(value / magnitude, 9)) * magnitude


def _plain(value: float) -> float | int:
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def _message(found: Search, binding: Sequence[str], code: ExitCode) -> str:
    tried = len(found.candidates)
    limits = ", ".join(binding) or "no candidate"
    if code is ExitCode.OVER_BUDGET and found.workload.budget is not None:
        budget = usd_display(Decimal(str(found.workload.budget.usd_per_month)))
        return f"over budget: {tried} candidates tried, none within {budget} a month; what clashes: {limits}"
    if code is ExitCode.MISSING_FACT:
        return f"a fact is missing: {tried} candidates tried, at least one fails for nothing else; {limits}"
    return f"infeasible: {tried} candidates tried, none holds every limit; what clashes: {limits}"
