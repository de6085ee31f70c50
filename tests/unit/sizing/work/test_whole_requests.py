"""Whole requests: the engine that serves them, images of any size, and where they cannot run."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.units import GIB
from plimsoll.sizing.traffic import traffic_of
from plimsoll.sizing.work.base import Assignment
from plimsoll.sizing.work.setup import Setup
from plimsoll.sizing.work.whole_requests import WholeRequests, work
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed

CATALOG = load()


def whole(model: str, load: dict[str, Any] | None = None, **keys: Any) -> WholeRequests:
    workload = Workload.model_validate({"model": model, "load": {"qps": 5, **(load or {})}, **keys})
    known = CATALOG.model(model)
    assert known is not None
    traffic = traffic_of(workload.load, known)
    return work(Assignment(workload, known, CATALOG, load_speed(), traffic))


def setup(kind: WholeRequests, instance: str = "g6.xlarge") -> Setup:
    (found,) = kind.on(CATALOG.instance_types[instance])
    return found


def codes(kind: WholeRequests, instance: str) -> set[str]:
    return {reason.code for reason in setup(kind, instance).reasons}


def alone_s(kind: WholeRequests) -> float:
    loaded = setup(kind).loaded
    assert loaded is not None
    return loaded.replica.latencies_s(0.0, ["latency_p50"])[0]


@pytest.mark.parametrize("model", ["ViT-L/16", "ResNet-50", "SD-1.5"])
def test_larger_images_take_longer_and_need_more_memory(model: str):
    own, larger = whole(model), whole(model, {"image_px": 2 * (CATALOG.model(model).image_px)})
    smaller = whole(model, {"image_px": CATALOG.model(model).image_px // 2})
    assert alone_s(smaller) < alone_s(own) < alone_s(larger)
    steps = [setup(each).memory.activations for each in (smaller, own, larger)]  # type: ignore[union-attr]
    assert steps[0] == steps[1] < steps[2]
    once = next(item.value for item in own.load_defaults() if item.name == "load.image_px")
    assert once == CATALOG.model(model).image_px
    assert not [item for item in larger.load_defaults() if item.name == "load.image_px"]


def test_a_changed_spec_does_not_resize_twice():
    larger = whole("ViT-L/16", {"image_px": 448})
    again = larger.adapted(larger.workload)
    assert alone_s(again) == alone_s(larger)
    assert setup(again).memory == setup(larger).memory


def test_the_engine_that_is_deployed_is_the_one_that_is_named():
    for model, name in (
        ("bge-m3", "tei"),
        ("ViT-L/16", "huggingface-toolkit"),
        ("SDXL", "huggingface-toolkit"),
    ):
        kind, instance = whole(model), CATALOG.instance_types["g6.xlarge"]
        spec = kind.container(setup(kind), instance)
        said = {item.name: item.value for item in kind.inferred()}
        assert said["engine"] == f"{name} {spec.version}"
        assert spec.engine == name


def test_the_precision_that_is_named_is_the_one_that_is_sized():
    """A model published in bf16 is served in fp16 all the same, and the plan says so."""
    kind = whole("Qwen3-Embedding-0.6B")
    said = {item.name: item.value for item in kind.load_defaults()}
    assert said["precision"] == setup(kind).precision == "fp16"


def test_what_the_engine_does_not_compute_in_is_neither_chosen_nor_offered():
    assert "precision" in codes(whole("bge-m3", precision=["int8"]), "g6.xlarge")
    assert whole("bge-m3", precision=["int8"]).other_precisions == ["fp16"]
    assert "precision" not in codes(whole("bge-m3", precision=["fp16"]), "g6.xlarge")


@pytest.mark.parametrize(
    ("model", "instance", "runs"),
    [
        ("bge-m3", "g4dn.xlarge", True),
        ("bge-m3", "g5g.xlarge", False),
        ("bge-m3", "p3.2xlarge", False),
        ("bge-m3", "g7e.2xlarge", False),
        ("ViT-L/16", "p3.2xlarge", True),
        ("ViT-L/16", "g5g.xlarge", False),
    ],
)
def test_an_accelerator_without_a_published_image_is_rejected(model: str, instance: str, runs: bool):
    assert ("host" not in codes(whole(model), instance)) == runs


@pytest.mark.parametrize(
    "model", sorted(name for name, each in CATALOG.models.items() if each.task == "encoder")
)
def test_the_smallest_spec_of_every_encoder_has_lengths_within_its_context(model: str):
    kind = whole(model)
    said = {item.name: item.value for item in kind.load_defaults()}
    context = CATALOG.models[model].max_context_tok
    assert said["load.input_tokens"] == min(1000, context // 4)
    assert said["load.input_tokens"] <= said["load.input_tokens.p95"] <= context


def test_a_model_that_does_not_fit_is_refused_for_its_memory():
    found = setup(whole("gte-Qwen2-7B"), "g6f.large")
    assert "memory" in {reason.code for reason in found.reasons}
    assert found.loaded is None
    assert found.weights_bytes > 13 * GIB
