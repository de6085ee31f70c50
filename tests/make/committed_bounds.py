"""A bound from below of what a spec costs under a commitment, in fractions and without any code of discounts.

To plan a spec under every amount of every commitment takes a second each. Here every candidate is found once,
at list prices; of each the most is taken off that a commitment could save in each hour of its load, and what
the commitment costs is added. What this bound puts above the answer needs no plan; all else is planned.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import search
from plimsoll.money.cluster import SYSTEM_NODES
from plimsoll.sizing.limits import BUDGET
from plimsoll.spec.overrides import read_overrides
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import load_any
from plimsoll.speed.read import load_speed
from tests.make.worlds import real

MONTH = 730
ROUNDED = Fraction(1, 2)
"""Lines are rounded to the cent and covered hours down: in all less than this, USD a month."""

Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Tried:
    """A candidate: its bill at list prices, and in which share of hours how many of its nodes run."""

    whole: Fraction
    region: str
    types: tuple[str, ...]
    usd: tuple[Fraction, ...]
    """Of each pool, what a node costs in an hour on demand; on spot, of the share that falls back to it."""
    hours: tuple[tuple[Fraction, tuple[int, ...]], ...]


class CommittedBounds:
    """The candidates of one spec that could be chosen under other prices: all limits but the budget hold."""

    def __init__(self, spec: Path, settings: list[str]) -> None:
        loaded = load_any(spec, real(), read_overrides(settings, []) if settings else None)
        assert isinstance(loaded, LoadedSpec)
        found = search(loaded.workload, loaded.architecture, real(), load_speed())
        self._tried = [_tried(each) for each in found.candidates if each.holds or each.breaks_only(BUDGET)]

    def least(self, entry: Entry) -> Fraction:
        """What no plan under the commitment is expected to cost less than, USD a month."""
        return min(_least(each, entry) for each in self._tried) - ROUNDED


def _tried(candidate: Candidate) -> Tried:
    sized, region = candidate.must_be_sized(), candidate.option.region
    pools = sized.fleet.pools
    usd: list[Fraction] = []
    for pool in pools:
        rates = sized.rates_of(pool)
        share = Fraction(rates.fallback_share) if rates.of(pool.capacity_type) is rates.spot else 1
        usd.append(share * Fraction(rates.on_demand.usd))
    counts = Counter(zip(*sized.fleet.hourly_nodes, strict=True))
    hours = tuple((Fraction(often, counts.total()), nodes) for nodes, often in counts.items())
    types = tuple(pool.instance_type for pool in pools)
    return Tried(Fraction(sized.bill.expected), region, types, tuple(usd), hours)


def _least(one: Tried, entry: Entry) -> Fraction:
    """Take off the most that a commitment saves in each hour, and no more than what runs on demand costs."""
    covered = [_covers(entry, kind, one.region) for kind in one.types]
    system = _covers(entry, SYSTEM_NODES.instance_type, one.region)
    if not any(covered) and not system:
        return one.whole
    beside = SYSTEM_NODES.max_nodes * _on_demand(SYSTEM_NODES.instance_type, one.region) if system else 0
    count, price = entry.get("count"), Fraction(str(entry["usd_per_hour"]))
    most = None if count else price / Fraction(str(entry["rate_of_on_demand"]))
    saved = Fraction(0)
    for share, nodes in one.hours:
        held = zip(nodes, one.usd, covered, strict=True)
        runs = beside + sum((min(n, count or n) * usd for n, usd, mine in held if mine), Fraction(0))
        saved += share * (runs if most is None else min(runs, most))
    return one.whole + (price * (count or 1) - saved) * MONTH


def _covers(entry: Entry, instance_type: str, region: str) -> bool:
    """A Savings Plan of a family in a region, one of anything anywhere, or instances of one type."""
    if entry["kind"] == "compute_sp":
        return True
    if entry["region"] != region:
        return False
    return instance_type in (entry.get("instance_type"),) or instance_type.startswith(
        f"{entry.get('family')}."
    )


@cache
def _on_demand(instance_type: str, region: str) -> Fraction:
    listed = real().offering(instance_type, region)
    assert listed is not None
    assert listed.on_demand is not None
    return Fraction(listed.on_demand.usd)
