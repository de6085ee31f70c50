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
