"""Specs that are refused, generated from a seed; and every single change that brute force tries of them.

The changes are written down here apart from `plimsoll.candidates.levers`: more values of each key, in no
clever order. What they find is what the ways out are held against.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.plan.plan import Refusal
from plimsoll.spec.contradictions import contradictions
from tests.make.worlds import Spec, answer, changed

Move = tuple[str, Any]
"""A dotted path, and the value to put there."""

SEED = 20261128

MODELS = (
    "meta-llama/Llama-3.1-8B-Instruct",
    "meta-llama/Llama-3.3-70B-Instruct",
    "Qwen/Qwen2.5-32B-Instruct",
    "openai/gpt-oss-120b",
    "google/gemma-3-27b-it",
    "BAAI/bge-m3",
)
REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "ap-south-1", "ap-southeast-2")
FAMILIES = ("g5", "g6", "g6e", "g7e", "p4d", "p5", "p5en", "c7i", "m7i")
PRECISIONS = ("bf16", "fp16", "fp8", "int8", "int4", "fp4")


def refusals(count: int, catalog: Catalog) -> Iterator[tuple[Spec, Refusal]]:
    """Draw specs until so many were refused."""
    drawn = random.Random(SEED)
    found = 0
    while found < count:
        spec = _drawn(drawn)
        if contradictions(spec):
            continue
        document = answer(spec, catalog)
        if isinstance(document, Refusal):
            found += 1
            yield spec, document


def _drawn(drawn: random.Random) -> Spec:
    spec: Spec = _measured(drawn) if drawn.random() < 0.15 else _modelled(drawn)
    if drawn.random() < 0.5:
        spec["regions"] = drawn.sample(REGIONS, drawn.choice([1, 2]))
    elif drawn.random() < 0.7:
        spec["region"] = drawn.choice(REGIONS)
    spec["capacity"] = {"spot": drawn.choice(["never", "never", "allow", "prefer"])}
    if drawn.random() < 0.3:
        spec["capacity"]["on_demand_base"] = drawn.choice([1, 0.5, 1.0])
    for path, value in drawn.sample(_strict(drawn, spec), drawn.choice([1, 2, 2, 3])):
        spec = changed(spec, path, value)
    return spec


def _modelled(drawn: random.Random) -> Spec:
    load: Spec = {"qps": drawn.choice([0.5, 2, 10, 40, 120])}
    if drawn.random() < 0.3:
        load = {"concurrency": drawn.choice([4, 64, 300])}
    if drawn.random() < 0.3:
        load["profile"] = [1.0, *(drawn.choice([0.1, 0.4, 0.8]) for _ in range(23))]
    spec: Spec = {"model": drawn.choice(MODELS), "load": load, "sla": {}}
    if drawn.random() < 0.3:
        spec["precision"] = drawn.choice([["fp8"], ["bf16"], ["fp8", "bf16"]])
    return spec


def _measured(drawn: random.Random) -> Spec:
    measured: Spec = {
        "accelerator": drawn.choice(["none", "T4", "A10G"]),
        "qps_per_replica": drawn.choice([8, 60]),
        "latency_p95_ms": 45,
        "cpu": 3,
        "memory_gib": 8,
        "source": "load test",
    }
    return {"measured": measured, "load": {"qps": drawn.choice([30, 400])}, "sla": {}}


def _strict(drawn: random.Random, spec: Spec) -> Sequence[Move]:
    """What may be asked that leaves nothing over."""
    families = drawn.sample(FAMILIES, 2)
    moves: list[Move] = [
        ("budget", {"usd_per_month": drawn.choice([400, 900, 2500, 8000, 30000])}),
        ("budget", {"usd_per_month": drawn.choice([400, 2500, 15000]), "basis": "expected"}),
        ("scale", {"max_replicas": drawn.choice([1, 2, 4])}),
        ("scale", {"min_replicas": drawn.choice([3, 8, 20])}),
        ("capacity.allow", families),
        ("capacity.deny", [*families, "g6e", "g7e", "p5", "p5en"] if drawn.random() < 0.5 else families),
        ("pin.instance_type", drawn.choice(["g6.xlarge", "g6e.12xlarge", "p5.48xlarge", "c7i.4xlarge"])),
        ("pin.replicas", drawn.choice([1, 2, 30])),
        ("sla.availability", drawn.choice([0.999, 0.9999])),
    ]
    if "measured" in spec:
        return [*moves, ("sla.latency_p95_ms", drawn.choice([20, 60]))]
    moves.append(("pin.precision", drawn.choice(PRECISIONS)))
    if spec["model"] == "BAAI/bge-m3":
        return [*moves, ("sla.latency_p95_ms", drawn.choice([1, 4, 40]))]
    return [
        *moves,
        ("pin.tensor_parallel", drawn.choice([1, 2, 3, 8])),
        ("sla.ttft_p95_ms", drawn.choice([10, 60, 300])),
        ("sla.tpot_p95_ms", drawn.choice([1, 4, 12, 30])),
        ("sla.e2e_p95_ms", drawn.choice([300, 1500, 6000])),
    ]


def moves(spec: Mapping[str, Any], catalog: Catalog) -> Iterator[Move]:
    """Every change of one key that brute force tries; of a key that stands there, or may be added."""
    for key in ("budget", "sla", "capacity", "pin", "scale"):
        yield from _MOVES[key](spec.get(key) or {}, catalog)
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
