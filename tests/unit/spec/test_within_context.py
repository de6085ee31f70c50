"""Lengths beyond a model's context are refused with both numbers, whoever wrote them."""

from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.spec.read import LoadedSpec, from_data
from tests.make.worlds import real

LLAMA, BERT = "meta-llama/Llama-3.1-8B-Instruct", "google-bert/bert-base-uncased"


def load(model: Any, **load: Any) -> LoadedSpec:
    return from_data({"model": model, "load": {"qps": 1, **load}}, real(), file="spec.yaml")


@pytest.mark.parametrize(
    ("model", "given", "where", "numbers"),
    [
        (LLAMA, {"max_tokens": 200_000}, "load.max_tokens", ["200,000", "131,072"]),
        (LLAMA, {"max_tokens": 2399}, "load.max_tokens", ["2,399", "2,400", "2,000 + 400"]),
        (
            LLAMA,
            {"input_tokens": {"mean": 9000, "p95": 140_000}},
            "load.input_tokens",
            ["140,200", "131,072"],
        ),
        (LLAMA, {"input_tokens": 140_000}, "load.input_tokens", ["140,", "131,072"]),
        ({"params_b": 13}, {"max_tokens": 1000}, "load.max_tokens", ["1,000", "2,400"]),
        (BERT, {"max_tokens": 600}, "load.max_tokens", ["600", "512"]),
        (BERT, {"max_tokens": 100}, "load.max_tokens", ["100", "256"]),
        (BERT, {"input_tokens": {"mean": 100, "p95": 600}}, "load.input_tokens", ["600", "512"]),
    ],
)
def test_it_is_refused_with_both_numbers(
    model: Any, given: dict[str, Any], where: str, numbers: list[str]
) -> None:
    with pytest.raises(SpecError) as refused:
        load(model, **given)
    (problem,) = refused.value.problems
    assert problem.where == where
    assert [each for each in numbers if each not in str(problem)] == []


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (LLAMA, {"max_tokens": 131_072}),
        (LLAMA, {"max_tokens": 2400}),
        ({"params_b": 13}, {"max_tokens": 1_000_000}),
        (BERT, {}),
        (BERT, {"max_tokens": 512}),
        ("google/gemma-7b-it", {"input_tokens": 7000}),
    ],
)
def test_what_the_model_takes_is_read(model: Any, given: dict[str, Any]) -> None:
    assert load(model, **given).workload.load.max_tokens == given.get("max_tokens")


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ({"model": "ViT-L/16", "load": {"qps": 1, "max_tokens": 9}}, "max_tokens has no meaning here"),
        (
            {
                "measured": {
                    "accelerator": "none",
                    "qps_per_replica": 2,
                    "cpu": 1,
                    "memory_gib": 1,
                    "source": "x",
                },
                "load": {"qps": 1, "max_tokens": 9},
            },
            "max_tokens has no meaning beside measured",
        ),
    ],
)
def test_it_means_nothing_without_tokens(spec: dict[str, Any], what: str) -> None:
    with pytest.raises(SpecError) as refused:
        from_data(spec, real(), file="spec.yaml")
    assert what in [problem.what for problem in refused.value.problems]
