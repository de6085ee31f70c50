"""What a spec names must be known, and complete for what it names."""

from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.spec.defaults import ENGINE
from plimsoll.spec.wrong import known_names


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        ({"name": "other"}, ["engine.version is missing"]),
        ({"name": "other", "version": "3.1"}, []),
        ({"name": ENGINE}, []),
        ({"version": "0.21"}, []),
    ],
)
def test_only_the_default_engine_has_a_default_version(
    monkeypatch: pytest.MonkeyPatch, engine: dict[str, Any], said: list[str]
) -> None:
    monkeypatch.setattr(known_names, "engines_serving", lambda _: (ENGINE, "other"))
    problems = known_names.fact_problems({"engine": engine}, load(), None, model_known=False)
    assert [problem.what for problem in problems] == said


@pytest.mark.parametrize(
    "name", ["gpt-4o", "openai/gpt-4.1-mini", "claude-sonnet-4", "o3-mini", "GPT-3.5-turbo"]
)
def test_a_model_that_is_sold_by_the_token_is_not_mistaken_for_one_with_weights(name: str) -> None:
    problem = known_names.unknown_model(name, load())
    assert "published" in problem.what
    assert "alternative" in problem.fix


@pytest.mark.parametrize(
    ("name", "meant"), [("gpt-oss-120", "gpt-oss-120b"), ("gptj", "GPT-J"), ("gemma-3", "gemma-3-4b")]
)
def test_an_open_model_of_a_like_name_is(name: str, meant: str) -> None:
    assert known_names.unknown_model(name, load()).fix == f"did you mean {meant!r}?"
