"""Pairs of specs drawn from a seed: what stood there, and what a change makes of it; both have valid keys."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.review.solved.entry import Entry
from plimsoll.review.solved.facts import DatedPrices, FactNames, Here
from plimsoll.review.solved.stored_plan import StoredPlan
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.read import from_data
from plimsoll.speed.facts import SpeedFacts
from tests.make.drawn import FAMILIES, REGIONS, SEED, Move, _drawn
from tests.make.worlds import Spec, changed

TODAY = FactNames("2", "new", "new")
BEFORE = FactNames("1", "old", "old")


def pairs(count: int) -> Iterator[tuple[Spec, Spec]]:
    """Draw specs and a change of one or two keys."""
    drawn, found = random.Random(SEED), 0
    while found < count:
        spec = {"name": f"drawn-{found}", **_drawn(drawn)}
        later = spec
        for path, value in drawn.sample(_moves(drawn, spec), drawn.choice([1, 1, 2])):
            later = changed(later, path, value)
        if not contradictions(spec) and not contradictions(later):
            found += 1
            yield spec, later


def _moves(drawn: random.Random, spec: Spec) -> Sequence[Move]:
    moves: list[Move] = [
        ("capacity.spot", drawn.choice(["never", "allow", "prefer"])),
        ("capacity.deny", drawn.sample(FAMILIES, 2)),
        ("scale", {"min_replicas": drawn.choice([1, 2, 3])}),
        ("sla.availability", drawn.choice([0.99, 0.999])),
        ("budget", {"usd_per_month": drawn.choice([500, 3000, 20_000])}),
        ("owner", {"team": "search"}),
    ]
    if "regions" not in spec:
        moves.append(("region", drawn.choice(REGIONS)))
    if isinstance(spec["load"].get("qps"), int | float):
        moves += [("load.qps", round(spec["load"]["qps"] * drawn.choice([0.3, 2, 5]), 3))] * 2
    return moves


def here(old: Catalog, new: Catalog, speeds: tuple[SpeedFacts, SpeedFacts]) -> Here:
    """Facts of two days: today's, and those of before."""
    markets = {"old": DatedPrices(old, None), "new": DatedPrices(new, None)}
    return Here(TODAY, {"old": speeds[0], "new": speeds[1]}, markets)


def entry(
    spec: Spec, catalog: Catalog, facts: FactNames = TODAY, stored: StoredPlan | None = None, **more: Any
) -> Entry:
    """Read a spec as an entry of a side."""
    loaded = from_data(spec, catalog, file="spec")
    return Entry("spec", loaded.workload, loaded.architecture, facts, stored, **more)
