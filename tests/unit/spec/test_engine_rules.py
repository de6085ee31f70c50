"""What a spec tells its engine is refused where the engine, its version or the task cannot take it."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.spec.engine_rules import TOLD
from plimsoll.spec.read import from_data

CHAT: dict[str, Any] = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 2}}
KEYS = {
    "engine": {
        "memory_share": 0.9,
        "kv_cache_dtype": "fp8",
        "max_num_seqs": 8,
        "max_num_batched_tokens": 2048,
    },
    "adapters": {"count": 2, "rank": 8},
}


def problems(spec: dict[str, Any]) -> list[Problem]:
    try:
        from_data(spec, load(), file="spec.yaml")
    except SpecError as refused:
        return list(refused.problems)
    return []


def told(**engine: Any) -> list[Problem]:
    return problems({**CHAT, "engine": engine})


def test_every_key_is_taken_by_an_engine_that_generates() -> None:
    assert problems({**CHAT, **KEYS}) == []


@pytest.mark.parametrize(
    "version", ["0.22", "0.22.1", "0.8.5.post1", "0.10.1.1", "0.6", "0.33.0", "0.22.0rc1"]
)
def test_a_published_version_is_taken(version: str) -> None:
    assert told(version=version) == []


@pytest.mark.parametrize(
    ("version", "newest", "write"),
    [
        ("99.9", "0.33.0", "0.22"),
        ("0.34", "0.33.0", "0.22"),
        ("0.8.9", "0.8.5", "0.8.5"),
        ("1.0", "0.33.0", "0.22"),
    ],
)
def test_a_version_that_nobody_published_is_refused(version: str, newest: str, write: str) -> None:
    (problem,) = told(version=version)
    assert problem.path == ("engine", "version")
    assert version in problem.what
    assert newest in problem.why
    assert f'"{write}"' in problem.fix


@pytest.mark.parametrize(
    "engine",
    [
        {"memory_share": 0},
        {"memory_share": 1},
        {"memory_share": 1e-9},
        {"max_num_seqs": 0},
        {"max_num_seqs": 2.5},
        {"max_num_batched_tokens": 1},
        {"kv_cache_dtype": "int4"},
    ],
)
def test_what_no_engine_runs_with_is_out_of_range(engine: dict[str, Any]) -> None:
    (problem,) = told(**engine)
    assert problem.path == ("engine", next(iter(engine)))


@pytest.mark.parametrize(
    "adapters", [{"count": 0, "rank": 8}, {"count": 1, "rank": 0}, {"count": 1}, {"rank": 8}]
)
def test_adapters_are_counted_from_one(adapters: dict[str, int]) -> None:
    assert problems({**CHAT, "adapters": adapters})


def test_a_step_has_a_token_for_each_request() -> None:
    (problem,) = told(max_num_seqs=512, max_num_batched_tokens=256)
    assert problem.path == ("engine", "max_num_batched_tokens")
    assert "512" in problem.fix
    assert told(max_num_seqs=256, max_num_batched_tokens=256) == []


def test_a_cache_in_bf16_suits_no_model_in_fp16() -> None:
    spec = {**CHAT, "precision": "fp16", "engine": {"kv_cache_dtype": "bf16"}}
    (problem,) = problems(spec)
    assert problem.path == ("engine", "kv_cache_dtype")
    assert problems({**spec, "precision": ["fp16", "bf16"]}) == []


def test_an_old_version_takes_what_it_knew() -> None:
    (problem,) = told(version="0.10", kv_cache_dtype="bf16")
    assert "auto, fp8" in problem.why
    assert told(version="0.10", kv_cache_dtype="fp8") == []
    old = {**CHAT, "engine": {"version": "0.10"}, "adapters": {"count": 1, "rank": 320}}
    assert [each.path for each in problems(old)] == [("adapters", "rank")]
    assert problems({**old, "engine": {"version": "0.22"}}) == []


def test_a_rank_without_a_slot_names_the_next_that_has_one() -> None:
    (problem,) = problems({**CHAT, "adapters": {"count": 1, "rank": 12}})
    assert problem.path == ("adapters", "rank")
    assert problem.fix.startswith("write 16")


@pytest.mark.parametrize(
    ("model", "server"),
    [
        ("BAAI/bge-m3", "tei"),
        ("microsoft/resnet-50", "huggingface-toolkit"),
    ],
)
def test_what_answers_whole_requests_is_not_told(model: str, server: str) -> None:
    found = problems({"model": model, "load": {"qps": 2}, **KEYS})
    assert {each.path for each in found} == set(TOLD)
    assert all(server in each.why for each in found)


def test_what_transcribes_is_told_all_but_adapters() -> None:
    (found,) = problems({"model": "openai/whisper-large-v3", "load": {"qps": 2}, **KEYS})
    assert found.path == ("adapters",)
    assert "transcribes" in found.why


def test_a_measured_service_is_not_told() -> None:
    measured = {"accelerator": "T4", "qps_per_replica": 9, "cpu": 1, "memory_gib": 2, "source": "load test"}
    found = problems({"measured": measured, "load": {"qps": 2}, **KEYS})
    assert {each.path for each in found} == set(TOLD)
