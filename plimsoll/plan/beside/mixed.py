"""A mix in a plan: what its burst runs on, how requests are spread, or why one type is enough."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.every import SearchSpace
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.mixed.mix import mix_of, said
from plimsoll.candidates.search import Search
from plimsoll.ground.assumption import Assumption
from plimsoll.plan.container import container_of
from plimsoll.plan.plan import BurstType
from plimsoll.plan.warnings.sureness import extrapolated
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.limits import LATENCIES
from plimsoll.sizing.work.base import Scaling

if TYPE_CHECKING:
    from plimsoll.candidates.mixed.second import SecondType

NAME = "capacity.mix"

LENGTHS = (
    "each type holds every limit alone, for the longest requests too: sending long ones to one type alone "
    "needs a router that knows lengths; llm-d's endpoint picker scores queues and caches"
)
"""Mélange (arXiv 2404.14527) assumes routing by length; aibrix has an experimental strategy for it, and says
that random routing breaks the limits (aibrix docs, 2026-08-22)."""


def mixed(search: Search, best: Candidate) -> Iterator[Assumption]:
    """Tell how the mix that was chosen is served, or what the best one costs and why it is not taken."""
    second = best.must_be_sized().second
    if second is None:
        space = SearchSpace(search.workload, search.work, search.catalog, search.discounts)
        found = mix_of(space, search.traffic, search.candidates or search.holding)
        told = _not_taken(best, found.candidate, found.told, _by_length(search, best))
        yield Assumption(NAME, "one type", None, told)
        return
    spread = (
        "one Service spreads them evenly by connection, so each replica has what the slower carries"
        if second.evenly
        else "the gateway's endpoint picker asks how full each replica is, so each carries its own"
    )
    yield Assumption(NAME, "two types", None, f"{said(best)}; requests: {spread}; {LENGTHS}")


def _by_length(search: Search, best: Candidate) -> str:
    """Name the cheapest type that fails nothing but latencies: only routing by length could use it."""
    price = best.must_be_sized().rates.on_demand.usd
    short = [
        (usd, each)
        for each in search.candidates
        if each.breaks_only(*LATENCIES.values()) and (usd := _usd_per_hour(each)) is not None and usd < price
    ]
    if not short:
        return ""
    _, each = min(short, key=lambda two: (two[0], two[1].id))
    codes = " and ".join(dict.fromkeys(reason.code for reason in each.reasons))
    return (
        f"; {each.instance.name} does not hold {codes} alone, and without routing by length it would get "
        "every request (capacity.mix: 1 leaves it out)"
    )


def _usd_per_hour(candidate: Candidate) -> Decimal | None:
    offering = candidate.option.offering
    return None if offering is None or offering.on_demand is None else offering.on_demand.usd


def _not_taken(best: Candidate, other: Candidate | None, told: str, by_length: str) -> str:
    """Say why a mix that is worth two pools is not the choice, or why there is none."""
    if other is None:
        return f"not mixed: {told}{by_length}"
    why = "; ".join(reason.message for reason in other.reasons) or f"{best.id} comes before it"
    return f"not mixed: {told}; {why}"


def scaling_of(search: Search, best: Candidate, second: "SecondType") -> tuple[Scaling, Scaling]:
    """Work out what a replica of the base and one of the burst hold at the peak, spares included."""
    base, burst = best.must_be_sized().fleet.pools
    work, setup = search.work, second.option.setup
    mine, theirs = work.reaching(1 - second.share), work.reaching(second.share)
    return (
        mine.scaling(best.setup, mine.at_peak(best.setup, second.base_serving, base.max_replicas)),
        theirs.scaling(setup, theirs.at_peak(setup, second.serving, burst.max_replicas)),
    )


def burst_of(search: Search, best: Candidate, second: "SecondType") -> BurstType:
    """Write down what the burst runs on, and what its container is told."""
    option, setup = second.option, second.option.setup
    base, _ = scaling_of(search, best, second)
    return BurstType(
        instance_type=option.instance.name,
        accelerator=option.instance.accelerator,
        accelerators_per_replica=setup.accelerators,
        tensor_parallel=setup.tensor_parallel,
        precision=setup.precision,
        weights=setup.weights.name if setup.weights else None,
        quantization=setup.weights.quantization if setup.weights else None,
        variant=setup.variant,
        memory_gib=setup.memory,
        latency=Figures(search).of_burst(best, second),
        serving=container_of(search.work, setup, option.instance, second.cold_start_s),
        base_target=float(f"{base.target:.3g}"),
        spread="evenly" if second.evenly else "by load",
    )


def mix_warnings(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that a mix needs a gateway that knows loads, and of a speed of the burst that nobody measured."""
    second = best.must_be_sized().second
    if second is None:
        return
    if not second.evenly:
        yield PlanWarning(
            "mix_needs_picker",
            "two types share the load by how full their replicas are: until the endpoint picker runs, the "
            "gateway spreads requests evenly, and the slower type gets more than it carries",
        )
    burst = replace(best, option=second.option)
    for warning in extrapolated(search, burst):
        yield replace(warning, message=f"burst on {second.option.instance.name}: {warning.message}")
