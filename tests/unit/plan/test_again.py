"""A plan's document is enough to solve its workload again, to the byte."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.plan.again import any_spec_of, spec_of
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.spec.overrides import Overrides
from plimsoll.spec.read import LoadedSpec, from_data, load_workload
from plimsoll.speed.read import load_speed
from tests.make.models import config

SPECS = sorted(Path("workloads").glob("*.yaml"))
SPOKEN = {
    "sla": {"availability": 0.99},
    "budget": {"usd_per_month": 9000, "basis": "ceiling"},
    "capacity": {"spot": "allow", "on_demand_base": 0.0, "allow": []},
    "scale": {"min_replicas": 1, "to_zero": False},
    "engine": {"name": "vllm", "version": "0.22"},
    "region": "us-east-1",
}
"""What a spec may say though it would hold anyway."""


def document(spec: LoadedSpec) -> dict[str, Any]:
    answer = size(spec.workload, spec.architecture, spec.catalog, load_speed(), spec.assumed)
    return json.loads(json.dumps(written(answer)))


def again(first: Mapping[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(written(planned_one(any_spec_of(first, load()), load_speed()))))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_example(path: Path) -> None:
    first = document(load_workload(path, load()))
    assert again(first) == first


@pytest.mark.parametrize("said", [SPOKEN, *({key: value} for key, value in SPOKEN.items())])
def test_a_default_that_was_written_is_no_assumption_the_second_time_either(said: dict[str, Any]) -> None:
    spec = {"name": "chat", "model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 5}, **said}
    first = document(from_data(spec, load(), file="spec"))
    assert again(first) == first


def test_a_config_beside_the_spec_travels_with_the_plan(tmp_path: Path) -> None:
    told = config("llama-3.1-8b")
    (tmp_path / "config.json").write_text(json.dumps(told))
    (tmp_path / "tuned.yaml").write_text("model: ./config.json\nload: {qps: 3}\n")
    first = document(load_workload(tmp_path / "tuned.yaml", load()))
    (tmp_path / "config.json").unlink()
    assert first["workload"]["config"] == told
    assert again(first) == first


def test_its_workload_alone_is_a_spec(tmp_path: Path) -> None:
    """Also of a service whose defaults, written by hand, would be refused."""
    first = document(load_workload(Path("workloads/embeddings.yaml"), load()))
    spec = tmp_path / "elsewhere.json"
    spec.write_text(json.dumps(first["workload"]))
    assert document(load_workload(spec, load())) == first


def test_regions_of_the_project_stay_an_assumption(tmp_path: Path) -> None:
    asked = Overrides(otherwise=("us-east-1", "us-west-2"), otherwise_by="plimsoll.toml")
    first = document(load_workload(Path("workloads/in-house-13b.yaml"), load(), asked))
    assert [each["value"] for each in first["assumptions"] if each["name"] == "regions"]
    assert again(first) == first


def test_what_these_facts_do_not_know_is_named() -> None:
    first = document(load_workload(Path("workloads/chat-8b.yaml"), load()))
    first["workload"]["model"] = "meta-llama/Llama-9-8B"
    with pytest.raises(SpecError, match="unknown model"):
        spec_of(first, load(), file="a.lock.json")


@pytest.mark.parametrize("workload", [None, [], {}, {"model": 3}, {"load": {"qps": "many"}}])
def test_no_workload_is_a_problem(workload: object) -> None:
    with pytest.raises(SpecError):
        spec_of({"workload": workload}, load())


def test_a_config_describes_the_model_that_the_spec_names() -> None:
    spec = {"name": "chat", "model": "acme/ours", "config": config("llama-3.1-8b"), "load": {"qps": 5}}
    loaded = from_data(spec, load(), file="spec")
    assert loaded.architecture is not None
    assert loaded.architecture.name == "ours"


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"model": "acme/ours", "config": {}}, "config"),
        ({"model": "acme/ours", "config": [1]}, "config"),
        ({"model": {"params_b": 8}, "config": {"model_type": "llama"}}, "both describe the model"),
    ],
)
def test_a_config_that_describes_nothing_is_a_problem(said: dict[str, Any], what: str) -> None:
    with pytest.raises(SpecError, match=what):
        from_data({"name": "chat", "load": {"qps": 5}, **said}, load(), file="spec")
