"""Specs drawn from a seed: those that are refused, and those with pins that have a plan.

A tenth of the draws is tried in every run; `PLIMSOLL_PROOFS=1` (`make proofs`) tries them all.
"""

import os
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.problems import SpecError
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.read import from_data
from tests.make.worlds import Spec, answer, changed

Move = tuple[str, Any]
"""A dotted path, and the value to put there."""

ALL = 300
COUNT = ALL if os.environ.get("PLIMSOLL_PROOFS") else ALL // 10
"""Specs of each kind that a claim is held against."""

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
    yield from islice(_refused(catalog), count)


def pinned_plans(count: int, catalog: Catalog) -> Iterator[tuple[Spec, Plan]]:
    """Draw specs with pins until so many had a plan."""
    yield from islice(_planned(catalog), count)


def deployed_plans(count: int, catalog: Catalog) -> Iterator[tuple[Spec, Plan]]:
    """Draw specs of all that changes what is deployed until so many had a plan whose pods can start."""
    yield from islice(_deployed(catalog), count)


def services(count: int, catalog: Catalog) -> Iterator[Spec]:
    """Draw so many specs of services that can be read, planned or refused, some with decisions by hand."""
    yield from islice(_services(catalog), count)


def _services(catalog: Catalog) -> Iterator[Spec]:
    drawn = random.Random(SEED)
    while True:
        spec = _drawn(drawn)
        moves = [*_deployments(drawn, spec), *_pins(drawn, spec), *_strict(drawn, spec)]
        for path, value in drawn.sample(moves, drawn.choice([0, 0, 1, 1, 2])):
            spec = changed(spec, path, value)
        try:
            from_data(spec, catalog, file="spec")
        except SpecError:
            continue
        yield spec


def _refused(catalog: Catalog) -> Iterator[tuple[Spec, Refusal]]:
    drawn = random.Random(SEED)
    while True:
        spec = _drawn(drawn)
        for path, value in drawn.sample(_strict(drawn, spec), drawn.choice([1, 2, 2, 3])):
            spec = changed(spec, path, value)
        document = answer(spec, catalog) if not contradictions(spec) else None
        if isinstance(document, Refusal):
            yield spec, document


def _planned(catalog: Catalog) -> Iterator[tuple[Spec, Plan]]:
    drawn = random.Random(SEED)
    while True:
        spec = _drawn(drawn)
        for path, value in drawn.sample(_pins(drawn, spec), drawn.choice([1, 1, 2])):
            spec = changed(spec, path, value)
        document = answer(spec, catalog) if not contradictions(spec) else None
        if isinstance(document, Plan):
            yield spec, document


def _deployed(catalog: Catalog) -> Iterator[tuple[Spec, Plan]]:
    drawn, number = random.Random(SEED), 0
    while True:
        spec = {"name": f"drawn-{number}", **_drawn(drawn)}
        moves = _deployments(drawn, spec)
        for path, value in drawn.sample(moves, drawn.choice([1, 2, 3])):
            spec = changed(spec, path, value)
        number += 1
        document = answer(spec, catalog) if not contradictions(spec) else None
        if isinstance(document, Plan):
            yield spec, document


def _deployments(drawn: random.Random, spec: Spec) -> Sequence[Move]:
    """What changes the pods, or their number."""
    moves: list[Move] = [
        ("scale", {"min_replicas": drawn.choice([1, 2, 3])}),
        ("scale", {"min_replicas": 0, "to_zero": True}),
        ("capacity.on_demand_base", drawn.choice([1, 0.5])),
        ("sla.availability", drawn.choice([0.99, 0.999])),
    ]
    if "measured" in spec:
        return [*moves, ("measured.image", "registry.example/own:1")]
    moves.append(("weights", drawn.choice(["acme/tuned", "acme/tuned-awq", "acme/tuned-FP8"])))
    if spec["model"] == "BAAI/bge-m3":
        return [*moves, ("load.max_tokens", drawn.choice([4096, 8194]))]
    return [
        *moves,
        ("load.max_tokens", drawn.choice([4096, 8192, 20_000])),
        ("precision", drawn.sample(PRECISIONS, drawn.choice([1, 2, 4]))),
        ("pin", {"tensor_parallel": drawn.choice([1, 2, 4])}),
    ]


def _drawn(drawn: random.Random) -> Spec:
    spec: Spec = _measured(drawn) if drawn.random() < 0.15 else _modelled(drawn)
    if drawn.random() < 0.5:
        spec["regions"] = drawn.sample(REGIONS, drawn.choice([1, 2]))
    elif drawn.random() < 0.7:
        spec["region"] = drawn.choice(REGIONS)
    spec["capacity"] = {"spot": drawn.choice(["never", "never", "allow", "prefer"])}
    if drawn.random() < 0.3:
        spec["capacity"]["on_demand_base"] = drawn.choice([1, 0.5, 1.0])
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
        ("load.max_tokens", drawn.choice([60_000, 131_072])),
        ("sla.ttft_p95_ms", drawn.choice([10, 60, 300])),
        ("sla.tpot_p95_ms", drawn.choice([1, 4, 12, 30])),
        ("sla.e2e_p95_ms", drawn.choice([300, 1500, 6000])),
    ]


def _pins(drawn: random.Random, spec: Spec) -> Sequence[Move]:
    """Decisions that somebody may take by hand, seldom the best."""
    types = ["g6.xlarge", "g6e.xlarge", "g6e.12xlarge", "g7e.2xlarge", "p5.48xlarge", "p4d.24xlarge"]
    if "measured" in spec:
        types = ["c7i.2xlarge", "c7i.8xlarge", "m7i.4xlarge", "g4dn.xlarge", "g4dn.12xlarge", "g5.2xlarge"]
    moves: list[Move] = [
        ("pin.instance_type", drawn.choice(types)),
        ("pin.replicas", drawn.choice([3, 8, 30, 120])),
    ]
    if "measured" in spec:
        return moves
    splits = ("pin.tensor_parallel", drawn.choice([1, 2, 4, 8]))
    return [*moves, splits, ("pin.precision", drawn.choice(["bf16", "fp8"]))]
