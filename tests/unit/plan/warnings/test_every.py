"""Each warning has a spec that raises it and a neighbour that does not."""

from typing import Any

import pytest

from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.worlds import real

MEASURED = {
    "accelerator": "none",
    "qps_per_replica": 200,
    "latency_p95_ms": 20,
    "cpu": 2,
    "memory_gib": 4,
    "source": "own load test",
}
WARNED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no_image": (
        {"measured": MEASURED, "load": {"qps": 1500}},
        {"measured": {**MEASURED, "image": "registry.example/fraud:1"}, "load": {"qps": 1500}},
    ),
    "gated_model": (
        {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 1}},
        {"model": "Qwen/Qwen3-8B", "load": {"qps": 1}},
    ),
    "longest_request": (
        {"model": "Llama-3.1-8B", "load": {"qps": 0.2}, "pin": {"instance_type": "g6.xlarge"}},
        {"model": "Llama-3.1-8B", "load": {"qps": 0.2}, "pin": {"instance_type": "g6e.xlarge"}},
    ),
}
"""By code: what raises the warning, and its neighbour."""


def answered(spec: dict[str, Any]) -> Plan | Refusal:
    workload = Workload.model_validate(spec)
    architecture = real().model(workload.model) if isinstance(workload.model, str) else None
    return size(workload, architecture, real(), load_speed())


@pytest.mark.parametrize("code", WARNED)
def test_a_spec_raises_it_and_its_neighbour_does_not(code: str) -> None:
    raising, neighbour = (written(answered(spec)) for spec in WARNED[code])
    assert raising["outcome"] == neighbour["outcome"] == "plan"
    assert code in [each["code"] for each in raising["warnings"]]
    assert code not in [each["code"] for each in neighbour["warnings"]]


def test_a_reader_sees_every_warning_and_a_refusal_has_none() -> None:
    spec, _ = WARNED["no_image"]
    plan = answered(spec)
    assert isinstance(plan, Plan)
    (warning,) = [each for each in plan.warnings if each.code == "no_image"]
    for form in ("table", "md"):
        text = " ".join(write("plan", form, planned([plan], real())).split())
        assert "no_image" in text
        assert warning.message in text.replace("`", ""), "words that could be links stand in code spans"
    assert written(answered(spec | {"budget": {"usd_per_month": 1}}))["warnings"] == []


def test_nothing_to_load_is_nothing_to_start() -> None:
    """A model that is only described has an engine and no weights: the pods could not start either."""
    described = {"model": {"params_b": 13}, "load": {"qps": 1}}
    named = {**described, "weights": "acme/in-house-13b"}
    codes = [[each["code"] for each in written(_described(spec))["warnings"]] for spec in (described, named)]
    assert ["no_image" in found for found in codes] == [True, False]


def test_a_limit_that_the_spec_sets_is_not_warned_of() -> None:
    spec, _ = WARNED["longest_request"]
    limited = {**spec, "load": {"qps": 0.2, "max_tokens": 8192}}
    assert "longest_request" not in [each["code"] for each in written(answered(limited))["warnings"]]


def _described(spec: dict[str, Any]) -> Plan | Refusal:
    workload = Workload.model_validate(spec)
    architecture = from_size("ours", KnownSize(params_b=13))
    return size(workload, architecture, real(), load_speed())
