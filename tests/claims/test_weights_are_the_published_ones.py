"""A config weighs what its checkpoint does: as the classes count that read it, and publishers."""

import json
from typing import Any

import pytest

from plimsoll.models.architecture import Architecture
from plimsoll.models.hugging_face.config import architecture
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.models import MODELS
from tests.make.places import CASES
from tests.make.published_counts import STORED_GB

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


@pytest.mark.parametrize(("name", "stored"), STORED_GB.items())
def test_quantised_checkpoints_weigh_what_is_stored(name: str, stored: float) -> None:
    read = MODELS[name]
    # The engine pads fp4 experts (sizing/memory/weights.py), which the files do not.
    unpadded = weight_bytes(read, read.native_precision) if read.native_precision != "fp4" else None
    whole = unpadded or (read.params - _kept(read)) * read.native_bits / 8 + 2 * _kept(read)
    assert whole / 1e9 == pytest.approx(stored, rel=SHARE)


def _kept(read: Architecture) -> int:
    return read.embedding_params + read.head_params + read.kept_params
