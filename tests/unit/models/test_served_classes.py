"""Every class that vLLM 0.22 lists: a config of its shape is answered, with the cache summed by hand."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from plimsoll.catalog.tables import rows
from plimsoll.ground.problems import SpecError
from plimsoll.models.architecture import Architecture
from plimsoll.models.hugging_face.config import architecture
from plimsoll.models.served_classes import served_class
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from tests.make.places import CASES

SHAPES: list[dict[str, Any]] = [
    row for file in sorted((CASES / "architectures").glob("*.json")) for row in json.loads(file.read_text())
]
"""Rows: classes and the `model_type` of each, a config, the bytes per token as a sum over its keys (`cache`),
those of constant states (`state`) and the window. A list for layers is repeated to their number."""

CASES_BY_CLASS = [(name, kind, row) for row in SHAPES for name, kind in row["classes"].items()]
CLASSES = list(rows("architectures.csv"))
SERVED = [
    row for row in CLASSES if row["task"] not in ("removed", "plugin", "speculative-decoding", "any-class")
]
LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
LISTS = ("layer_types", "layers_block_type", "attn_type_list", "hybrid_layer_pattern", "block_configs")


def language_model(config: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The part of a config that describes the language model."""
    for key in (row.get("inner") or "").split("."):
        config = config[key] if key else config
    return config


def published(
    name: str, kind: str, row: dict[str, Any], **changed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A config of a class as it is published, and the names that the sums use."""
    config = deepcopy(row["config"]) | {"architectures": [name], "model_type": kind}
    part = language_model(config, row)
    part |= changed
    layers = next((part[key] for key in LAYERS if key in part), 0)
    for key in LISTS:
        if part.get(key):
            part[key] = (part[key] * layers)[:layers]
    listed: list[str] = part.get("layer_types") or part.get("layers_block_type") or []
    own = listed[: layers - part.get("num_kv_shared_layers", 0)]
    return config, part | {"count": listed.count, "own": own.count}


def summed(text: str, names: dict[str, Any]) -> int:
    return eval(text, {"__builtins__": {"len": len, "sum": sum}, **names})


def check(read: Architecture, row: dict[str, Any], names: dict[str, Any]) -> None:
    if row["cache"] is not None:
        assert kv_bytes_per_token(read) == summed(row["cache"], names)
    if "state" in row:
        kept = sum(group.layers * group.state_bytes for group in read.attention)
        assert kept == summed(row["state"], names)
    windows = {group.window_tok for group in read.attention if group.kind == "sliding"}
    assert windows == ({row["window"]} if "window" in row else set())


@pytest.mark.parametrize(
    ("name", "kind", "row"), CASES_BY_CLASS, ids=[f"{n}-{k}" for n, k, _ in CASES_BY_CLASS]
)
def test_a_class_is_answered_with_the_cache_summed_by_hand(name: str, kind: str, row: dict[str, Any]) -> None:
    config, names = published(name, kind, row)
    read = architecture(config, "x")
    assert "model_type" not in read.assumed
    check(read, row, names)


def neighbours(row: dict[str, Any]) -> Iterator[dict[str, int]]:
    """Every number that a row's sums name, changed by itself: doubled, or halved if K/V heads."""
    part = language_model(row["config"], row)
    named = set(re.findall(r"\w+", f"{row['cache']} {row.get('state', '')}"))
    for key, value in part.items():
        if key not in named or not isinstance(value, int) or value % 2:
            continue
        if key in ("num_key_value_heads", "num_kv_heads", "num_attention_groups", "swa_num_key_value_heads"):
            yield {key: value // 2}
        elif not (key in LAYERS and "hybrid_override_pattern" in part):
            yield {key: value * 2}


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: next(iter(row["classes"])))
def test_the_cache_follows_layers_heads_and_widths(row: dict[str, Any]) -> None:
    name, kind = next(iter(row["classes"].items()))
    for changed in neighbours(row):
        config, names = published(name, kind, row, **changed)
        check(architecture(config, "x"), row, names)


def test_every_answered_class_has_a_case() -> None:
    cases = {name for name, _, _ in CASES_BY_CLASS}
    assert {row["class"] for row in SERVED if row["answered"] == "yes"} == cases


def test_of_the_classes_that_are_served_nearly_all_are_answered() -> None:
    assert len(SERVED) > 300
    assert sum(row["answered"] == "yes" for row in SERVED) >= 0.95 * len(SERVED)


@pytest.mark.parametrize(
    "row", [row for row in CLASSES if row["answered"] == "no"], ids=lambda row: row["class"]
)
def test_a_refused_class_is_named_with_its_reason(row: dict[str, str]) -> None:
    named = served_class({"architectures": [row["class"]]})
    assert named is not None
    assert named.refused == row["reason"] != ""
    with pytest.raises(SpecError, match=row["class"]) as refused:
        architecture({"architectures": [row["class"]], "model_type": row["model_type"] or "llama"}, "x")
    assert refused.value.problems[0].fix


@pytest.mark.parametrize("names", [None, [], ["NobodyForCausalLM"], [7], "LlamaForCausalLM", ["a,b"]])
def test_a_class_that_nobody_lists_is_unknown(names: object) -> None:
    assert served_class({"architectures": names}) is None
