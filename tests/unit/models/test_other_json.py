"""Files that are no config are told what they are, and which file to give instead."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.models.read import config_from
from tests.make.places import CASES

TABLE: list[dict[str, Any]] = json.loads((CASES / "no_configs.json").read_text())


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["file"])
def test_a_file_of_another_kind_is_told_so(row: dict[str, Any]) -> None:
    with pytest.raises(SpecError) as refused:
        config_from(json.dumps(row["content"]).encode(), "x", file="config.json")
    (problem,) = refused.value.problems
    assert problem.file == "config.json"
    assert all(words in problem.what for words in row["says"])
    assert all(words in problem.fix for words in row["fix"])


def test_a_vocabulary_is_told_so() -> None:
    vocabulary = {f"token{number}": number for number in range(2_000)}
    with pytest.raises(SpecError, match="vocabulary"):
        config_from(json.dumps(vocabulary).encode(), "x", file="vocab.json")


def test_a_weight_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="GGUF"):
        config_from(b"GGUF\x03\x00\x00\x00\xff", "x", file=str(tmp_path / "model.gguf"))
