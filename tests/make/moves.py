"""Every single change that brute force tries of a refused spec.

The changes are written down here apart from `plimsoll.candidates.levers`: more values of each key, in no
clever order. What they find is what the ways out are held against.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.spec.contradictions import contradictions
from tests.make.drawn import PRECISIONS, Move
from tests.make.worlds import Spec, changed


def moves(spec: Mapping[str, Any], catalog: Catalog) -> Iterator[Move]:
    """Every change of one key that brute force tries; of a key that stands there, or may be added."""
    for key in ("budget", "sla", "capacity", "pin", "scale"):
        yield from _MOVES[key](spec.get(key) or {}, catalog)
    if limit := spec["load"].get("max_tokens"):
        yield from (("load.max_tokens", each) for each in (None, limit // 2, limit * 3 // 4))
    if "model" in spec and not (spec.get("pin") or {}).get("precision"):
        yield from (("precision", name) for name in PRECISIONS)
    yield from _regions(spec, catalog)


def _budget(budget: Spec, _: Catalog) -> Iterator[Move]:
    if budget:
        for factor in (1.1, 1.3, 1.7, 2, 3, 5, 10, 30, 100, 1000):
            yield "budget.usd_per_month", budget["usd_per_month"] * factor
        yield "budget.basis", "expected"


def _sla(sla: Spec, _: Catalog) -> Iterator[Move]:
    for key, value in sla.items():
        if key == "availability":
            yield from (("sla.availability", less) for less in (0.999, 0.99) if less < value)
        else:
            factors = (1.05, 1.2, 1.5, 2, 2.5, 3, 4, 5, 8, 12, 20, 50, 100, 300, 1000)
            yield from ((f"sla.{key}", value * factor) for factor in factors)


def _capacity(capacity: Spec, catalog: Catalog) -> Iterator[Move]:
    allow, deny = capacity.get("allow") or [], capacity.get("deny") or []
    if capacity.get("spot") == "never":
        yield "capacity.spot", "allow"
    if capacity.get("on_demand_base"):
        yield "capacity.on_demand_base", 0
    if allow:
        yield "capacity.allow", []
        families = sorted({each.family for each in catalog.instance_types.values()} - {*allow, *deny})
        yield from (("capacity.allow", [*allow, family]) for family in families)
    yield from (("capacity.deny", [each for each in deny if each != name]) for name in deny)
    if deny:
        yield "capacity.deny", []


def _pin(pin: Spec, _: Catalog) -> Iterator[Move]:
    yield from ((f"pin.{key}", None) for key in pin)
    if pin.get("precision"):
        yield from (("pin.precision", name) for name in PRECISIONS)
    if len(pin) > 1:
        yield "pin", {}


def _scale(scale: Spec, _: Catalog) -> Iterator[Move]:
    if most := scale.get("max_replicas"):
        yield from (("scale.max_replicas", count) for count in (*range(most + 1, most + 30), 60, 200, 5000))
    yield "scale.to_zero", True
    if least := scale.get("min_replicas"):
        yield from (("scale.min_replicas", count) for count in range(1, least))


_MOVES = {"budget": _budget, "sla": _sla, "capacity": _capacity, "pin": _pin, "scale": _scale}


def _regions(spec: Mapping[str, Any], catalog: Catalog) -> Iterator[Move]:
    """Each other region whose code begins alike; Sydney begins like Asia and lies apart."""
    here = spec.get("regions") or [spec.get("region", "us-east-1")]
    near = {_place(name) for name in here}
    for name in catalog.regions:
        if _place(name) in near and name not in here:
            yield ("regions", [name]) if spec.get("regions") else ("region", name)


def _place(region: str) -> str:
    return region if region == "ap-southeast-2" else region[:2]


def moved(spec: Spec, move: Move) -> Spec | None:
    """Make the move; None where the spec then contradicts itself."""
    made = changed(deepcopy(spec), *move)
    return None if contradictions(made) else made
