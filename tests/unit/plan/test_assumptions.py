"""Every default of the spec is an assumption of the plan, and says its value."""

from dataclasses import replace
from typing import Any

import pytest

from plimsoll.ground.assumption import Assumption
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.plan.size import size
from plimsoll.show.plan.words import assumption_text
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.worlds import real

LOAD = {"qps": 5}
MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def assumed(spec: dict[str, Any]) -> dict[str, Assumption]:
    workload = Workload.model_validate(spec)
    model = workload.model
    assert model is not None
    architecture = (
        real().model(model) if isinstance(model, str) else from_size("ours", KnownSize(**model.model_dump()))
    )
    return {each.name: each for each in size(workload, architecture, real(), load_speed()).assumptions}


def test_the_smallest_spec_prints_every_default() -> None:
    found = {name: each.value for name, each in assumed({"model": MODEL, "load": LOAD}).items()}
    defaults = {
        "region": "us-east-1",
        "capacity.spot": "never",
        "sla": "no limit on ttft, tpot, e2e",
        "sla.availability": 0.99,
        "load.input_tokens": 1000,
        "load.output_tokens": 200,
        "load.input_tokens.p95": 2000,
        "load.output_tokens.p95": 400,
        "load.max_tokens": 131072,
        "load.qps.average": 5,
        "scale.min_replicas": 1,
        "scale.max_replicas": "what sizing finds",
        "budget": "none",
        "engine": "vllm 0.22",
        "precision": "bf16",
    }
    assert {name: found.get(name) for name in defaults} == defaults


def test_what_the_spec_says_is_no_assumption() -> None:
    found = assumed(
        {
            "model": MODEL,
            "precision": ["bf16"],
            "engine": {"version": "0.22"},
            "load": {
                "qps": {"peak": 5, "average": 5},
                "input_tokens": {"mean": 1000, "p95": 2000},
                "output_tokens": {"mean": 200, "p95": 400},
                "max_tokens": 4096,
            },
            "sla": {"ttft_p95_ms": 9000, "tpot_p99_ms": 900, "e2e_p50_ms": 90000, "availability": 0.99},
            "budget": {"usd_per_month": 1000000, "basis": "ceiling"},
            "region": "us-east-1",
            "capacity": {"spot": "never"},
            "scale": {"min_replicas": 1, "max_replicas": 100},
        }
    )
    assert not [each for each in found.values() if each.source.startswith("default of the spec")]


def test_a_named_engine_without_a_version_still_assumes_the_version() -> None:
    assert "engine" in assumed({"model": MODEL, "load": LOAD, "engine": {"name": "vllm"}})


@pytest.mark.parametrize(
    ("model", "values"),
    [
        ({"params_b": 13}, {"model.kv_heads": 8, "model.head_dim": 128, "precision": "bf16"}),
        ({"params_b": 100, "active_params_b": 10}, {"model.experts": 128, "model.experts_per_token": 8}),
        (
            "openai/whisper-large-v3",
            {"load.output_tokens": 120.0, "load.audio_s": 30.0, "sla": "no limit on latency"},
        ),
    ],
)
def test_a_guessed_fact_says_what_was_guessed(model: Any, values: dict[str, Any]) -> None:
    found = assumed({"model": model, "load": {"qps": 1}})
    assert {name: found[name].value for name in values} == values
    if "precision" in values:
        assert "published" not in found["precision"].source


def test_a_value_that_cannot_be_told_apart_is_not_printed_as_none() -> None:
    text = assumption_text(Assumption("model.vision_params", None, None, "the catalogue"))
    assert text == "model.vision_params"


def test_an_architecture_that_nobody_knows_is_said_to_be_read_as_another() -> None:
    known = real().model(MODEL)
    unknown = replace(known, assumed=("model_type",))
    workload = Workload.model_validate({"model": MODEL, "load": LOAD})
    found = {each.name: each for each in size(workload, unknown, real(), load_speed()).assumptions}
    assert found["model.model_type"].value == "read as a Llama-like decoder"
