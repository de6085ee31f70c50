"""A config weighs what its checkpoint does: counted on the classes that read it, and as publishers state it."""

import json
from typing import Any

import pytest

from plimsoll.models.hugging_face.config import architecture
from tests.make.places import CASES

TABLES = CASES / "models"
SHARE = 0.01


def _counted() -> list[Any]:
    lines = (TABLES / "counted.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    return [pytest.param(json.loads(config), int(n), id=f"{kind}-{v}") for kind, v, n, config in rows]


def _published() -> list[Any]:
    lines = (TABLES / "published.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [pytest.param(row["config"], row["parameters"], id=row["name"]) for row in rows]


@pytest.mark.parametrize(("config", "params"), _counted())
def test_other_layers_heads_and_vocabularies_are_summed_as_their_class_does(
    config: dict[str, Any], params: int
) -> None:
    assert architecture(config, "x").params == pytest.approx(params, rel=SHARE)


@pytest.mark.parametrize(("config", "params"), _published())
def test_published_checkpoints_have_as_many_parameters(config: dict[str, Any], params: int) -> None:
    assert architecture(config, "x").params == pytest.approx(params, rel=SHARE)
