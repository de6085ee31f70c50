"""Each kind of work is found from the spec and its model, and says what depends on the kind."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.sizing.traffic import traffic_of
from plimsoll.sizing.work.base import Assignment, Work
from plimsoll.sizing.work.registry import work_of
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

MEASURED = {
    "accelerator": "L4",
    "qps_per_replica": 100,
    "latency_p95_ms": 40,
    "cpu": 4,
    "memory_gib": 12,
    "source": "load test",
}
SPECS: dict[str, dict[str, Any]] = {
    "chat": {"model": "Llama-3.1-8B", "load": {"qps": 4}},
    "embeddings": {"model": "bge-m3", "load": {"qps": 40}},
    "transcripts": {"model": "whisper-large-v3", "load": {"qps": 2}},
    "pictures": {"model": "ViT-L/16", "load": {"concurrency": 8}},
    "own": {"measured": MEASURED, "load": {"qps": 300}},
}


def work(name: str) -> Work:
    workload = Workload.model_validate(SPECS[name])
    catalog = load()
    model = catalog.model(workload.model) if isinstance(workload.model, str) else None
    return work_of(Assignment(workload, model, catalog, load_speed(), traffic_of(workload.load)))


@pytest.mark.parametrize(
    ("name", "kind", "metrics", "reported"),
    [
        ("chat", "Generation", ("ttft", "tpot", "e2e"), ("ttft_p95", "tpot_p95")),
        ("embeddings", "WholeRequests", ("latency",), ("latency_p95",)),
        ("transcripts", "Speech", ("latency",), ("latency_p95",)),
        ("pictures", "WholeRequests", ("latency",), ("latency_p95",)),
        ("own", "MeasuredService", ("latency",), ("latency_p95",)),
    ],
)
def test_a_spec_asks_for_one_kind(name: str, kind: str, metrics: object, reported: object) -> None:
    found = work(name)
    assert type(found).__name__ == kind
    assert (found.latency_metrics, found.reported) == (metrics, reported)


@pytest.mark.parametrize("name", SPECS)
def test_every_kind_carries_its_peak_and_scales_on_what_it_then_does(name: str) -> None:
    kind, instance = work(name), load().instance_types["g6.xlarge"]
    assert kind.concerns(instance)
    setup = kind.on(instance)[0]
    assert setup is kind.on(instance)[0]
    assert not setup.reasons
    needed = kind.needed(setup)
    peak = kind.at_peak(setup, needed, needed + 1)
    assert setup.loaded is not None
    assert 0 < peak.batch <= setup.loaded.batch
    assert kind.scaling(setup, peak).target > 0
    assert kind.container(setup, instance).port > 0
    assert (kind.output_tok_per_s(peak) > 0) == (name in ("chat", "transcripts"))
    assert (kind.speech(setup, peak) is not None) == (name == "transcripts")


def test_an_adapted_generation_keeps_the_setups_that_nothing_changed() -> None:
    kind, instance = work("chat"), load().instance_types["g6.xlarge"]
    wider = Workload.model_validate({**SPECS["chat"], "regions": ["us-east-1", "us-west-2"]})
    limited = Workload.model_validate({**SPECS["chat"], "sla": {"ttft_p95_ms": 300}})
    newer = Workload.model_validate({**SPECS["chat"], "engine": {"version": "0.19"}})
    (same,), (tried,), (fitted,) = (kind.adapted(each).on(instance) for each in (wider, limited, newer))
    (before,) = kind.on(instance)
    assert same is before
    assert (tried is before, tried.memory) == (False, before.memory)
    assert fitted.memory != before.memory


def test_no_other_precision_is_offered_where_one_is_pinned_or_measured() -> None:
    assert work("chat").other_precisions[0] == "fp8"
    assert work("own").other_precisions == ()


def test_the_engine_that_is_assumed_is_the_one_that_is_deployed() -> None:
    kind = work("embeddings")
    (assumed,) = [each.value for each in kind.inferred() if each.name == "engine"]
    assert assumed == "tei 1.8"
    assert [each.value for each in work("chat").inferred() if each.name == "engine"] == ["vllm 0.22"]
