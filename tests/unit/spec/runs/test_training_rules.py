"""A training spec that contradicts itself is refused where it does, with what to write."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.spec.runs.read import LoadedRun, from_any_data

RUN: dict[str, Any] = {
    "kind": "training",
    "model": "meta-llama/Llama-3.1-8B",
    "method": "lora",
    "load": {"tokens_b": 0.1},
}
MEASURED = {"accelerator": "A10G", "samples_per_s": 900, "cpu": 3, "memory_gib": 9, "source": "a test"}


def told(**changed: Any) -> list[str]:
    """What is wrong with the run once keys were changed; None takes one away."""
    data = {key: value for key, value in {**RUN, **changed}.items() if value is not None}
    try:
        assert isinstance(from_any_data(data, load(), file="run.yaml"), LoadedRun)
    except SpecError as error:
        return [str(problem).removeprefix("run.yaml: ") for problem in error.problems]
    return []


def test_the_smallest_run_is_good() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("changed", "begins"),
    [
        ({"load": {"tokens_b": 1, "samples": 5}}, "load.samples: both tokens_b and samples are given"),
        ({"load": {"tokens_b": 1, "epochs": 5}}, "load.epochs: both tokens_b and epochs are given"),
        ({"load": {"packed": False}}, "load: neither tokens_b nor samples is given"),
        ({"load": {"tokens_b": 0}}, "load.tokens_b: 0 is out of range; it must be at least 0.000001"),
        ({"load": {"tokens_b": float("inf")}}, "load.tokens_b: .inf is not a finite number"),
        ({"load": {"samples": 0}}, "load.samples: 0 is out of range; it must be at least 1 (samples)"),
        ({"load": {"samples": 5, "epochs": 0}}, "load.epochs: 0 is out of range"),
        ({"load": {"qps": 5}}, "load.qps: unknown key 'qps'; it belongs to kind: inference"),
        ({"load": {"tokens_b": 1, "samples": 0}}, "load.samples: 0 is out of range"),
        (
            {"load": {"samples": 9, "sample_tokens": {"mean": 1000, "p95": 3000}, "packed": False}},
            "training.sequence_tokens: samples have up to 3000 tokens; sequences have 2048, and",
        ),
        ({"method": "lorra"}, 'method: "lorra" is not one of pretrain, full, lora, qlora; did you mean'),
        ({"model": "resnet-50"}, "model: its training cannot be worked out"),
        ({"measured": MEASURED}, "measured: both model and measured are given"),
        ({"model": None}, "neither model nor measured is given"),
        ({"sla": {"run_p50_h": 9, "run_p90_h": 3}}, "sla.run_p90_h: run_p90_h is 3; run_p50_h is 9"),
        (
            {"sla": {"run_p90_h": 9}, "scale": {"max_run_h": 3}},
            "scale.max_run_h: max_run_h is 3; sla.run_p90_h",
        ),
        ({"sla": {"latency_p95_ms": 5}}, "sla.latency_p95_ms: unknown key"),
        ({"budget": {"usd_per_month": 5}}, "budget.usd_per_month: budget.usd_per_month is given without"),
        ({"budget": {"basis": "ceiling"}}, "budget: the budget names no amount"),
        (
            {"budget": {"usd_per_run": 0}},
            "budget.usd_per_run: 0 is out of range; it must be at least 0.01 (US",
        ),
        (
            {"capacity": {"mtti_h": 5}},
            "capacity.mtti_h: mtti_h is given; capacity.spot is never, its default",
        ),
        (
            {"capacity": {"allow": ["p5"], "deny": ["p5"]}},
            "capacity.deny[0]: 'p5' is both allowed and denied",
        ),
        (
            {"method": "full", "training": {"lora": {"rank": 8}}},
            "training.lora: lora is given; the method is full",
        ),
        ({"checkpoint": {"to": "none", "keep": 3}}, "checkpoint.keep: keep is given; checkpoint.to is none"),
        ({"checkpoint": {"fsx_gb": 1200}}, "checkpoint.fsx_gb: fsx_gb is given; checkpoints go to s3"),
        ({"checkpoint": {"to": "fsx", "fsx_gb": 1300}}, "checkpoint.fsx_gb: fsx_gb is 1300"),
        ({"pin": {"tensor_parallel": 3}}, "pin.tensor_parallel: tensor_parallel is 3"),
        ({"pin": {"nodes": 4}, "scale": {"max_nodes": 2}}, "pin.nodes: pin.nodes is 4; scale.max_nodes is 2"),
        (
            {"training": {"sequence_tokens": 10**6}},
            "training.sequence_tokens: sequences have 1,000,000 tokens",
        ),
        (
            {"training": {"seq_len": 512}},
            "training.seq_len: unknown key 'seq_len'; write sequence_tokens: 512",
        ),
        ({"runs_per_month": 0}, "runs_per_month: 0 is out of range"),
        ({"region": "us-east-9"}, "region: no region 'us-east-9' in the catalogue"),
    ],
)
def test_what_contradicts_itself_is_told(changed: dict[str, Any], begins: str) -> None:
    found = told(**changed)
    assert any(each.startswith(begins) for each in found), found


def test_keys_that_mean_nothing_beside_a_measurement_are_named() -> None:
    found = told(model=None, measured=MEASURED, load={"samples": 5})
    assert [each.partition(";")[0] for each in found] == ["method: method has no meaning beside measured"]


def test_a_stray_key_of_a_run_names_its_kind() -> None:
    from plimsoll.spec.read import from_data

    with pytest.raises(SpecError, match="it belongs to kind: training"):
        from_data({"model": RUN["model"], "load": {"qps": 1}, "runs_per_month": 3}, load(), file="a.yaml")
    with pytest.raises(SpecError, match="this command does not take kind: training"):
        from_data(RUN, load(), file="a.yaml")
