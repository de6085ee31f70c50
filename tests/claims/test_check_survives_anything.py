"""Damaged inputs: each ends in a verdict or in problems with their place, never in a crash."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.ground.problems import SpecError
from plimsoll.show.check.markdown import as_markdown
from plimsoll.show.check.text import as_text
from plimsoll.show.json_text import as_json
from tests.make.graph_files import digest, export, group, manifests, provider, state, step
from tests.make.graphs import default_class, pool

TODAY = "2026-11-28"

ROUNDS = 150

WEIRD: list[Any] = [
    None, True, 0, -1, 1e308, 2**70, "", "x",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]", [], {}, [[]],
    {"a": {"b": [1]}}, "\u202e<b>", "1e999", "NaN", float("nan"), float("inf"), "9" * 500, "us-east-1a",
    {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"},
    {"4dabf18193072939515e22adb298388d": [1]},
]  # fmt: skip

CONFIG = {
    "allowed-families": {"families": ["g6"]},
    "allowed-regions": {"regions": ["us-east-1"]},
    "allowed-capacity-types": {"capacityTypes": ["on-demand"]},
    "required-tags": {"tags": ["team"], "labels": ["team"]},
    "budget": {"usdPerMonth": 10, "scopes": [{"team": "x", "usdPerMonth": 1}]},
    "plan-drift": {"usdPerMonth": 5},
}


def seeds() -> list[Any]:
    claim = state("plimsoll:index:Workload", "w", {"ceiling": {"usdPerMonth": "12.00"}}, custom=False)
    objects = [
        {"apiVersion": r.type.split(":")[1], "kind": r.type.split(":")[2], **r.inputs}
        for r in (default_class(), pool())
    ]
    return [
        digest(step("create", group("a")), step("read", group("b")), same=0),
        export(provider(), group("a", provider="x::y"), claim),
        {"apiVersion": "v1", "kind": "List", "items": objects},
    ]


def damaged(document: Any, luck: random.Random) -> Any:
    """Replace, remove or rename something somewhere."""
    document = copy.deepcopy(document)
    node, keys = document, _keys(document)
    while keys:
        key = luck.choice(keys)
        inner = _keys(node[key])
        if inner and luck.random() < 0.75:
            node, keys = node[key], inner
            continue
        if luck.random() < 0.8 or isinstance(node, list):
            node[key] = copy.deepcopy(luck.choice(WEIRD))
        else:
            node[str(luck.choice(WEIRD))] = node.pop(key)
        break
    return document


def _keys(node: Any) -> list[Any]:
    return list(node) if isinstance(node, dict) else list(range(len(node))) if isinstance(node, list) else []


def survives(path: Path, config: Path) -> None:
    try:
        report = check(read_asked(Asked((str(path),), TODAY, policy_config=str(config))))
    except SpecError as error:
        nowhere = [problem for problem in error.problems if not problem.file]
    else:
        nowhere = []
        for write in (as_json, as_text, as_markdown):
            assert write(report)
        assert [v for v in report.violations if v.code == "crashed"] == []
    assert nowhere == []


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(json.dumps(CONFIG))
    return path


@pytest.mark.parametrize("index", range(3), ids=["digest", "state", "manifests"])
def test_damaged_documents(tmp_path: Path, config: Path, index: int) -> None:
    path = tmp_path / "input.json"
    for number in range(ROUNDS):
        luck = random.Random(f"{index} {number}")
        document = seeds()[index]
        for _ in range(luck.randint(1, 4)):
            document = damaged(document, luck)
        path.write_text(json.dumps(document))
        survives(path, config)


def test_damaged_text(tmp_path: Path, config: Path) -> None:
    path = tmp_path / "input.yaml"
    text = manifests(default_class(), pool())
    edits: list[Callable[[str, int, random.Random], str]] = [
        lambda t, at, luck: t[:at] + luck.choice("\t:{}[]&*!|>%@`\"'#-\u0000\u202e\ufeff") + t[at:],
        lambda t, at, luck: t[:at] + t[at + luck.randint(1, 9) :],
        lambda t, at, luck: t[:at] + t[max(0, at - 20) : at] * luck.randint(1, 5) + t[at:],
    ]
    for number in range(ROUNDS):
        luck = random.Random(number)
        changed = luck.choice(edits)(text, luck.randrange(len(text)), luck)
        path.write_text(changed, encoding="utf-8")
        survives(path, config)


def test_a_billion_laughs_are_refused(tmp_path: Path, config: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = tmp_path / "bomb.yaml"
    path.write_text("\n".join(["apiVersion: v1", "kind: Bomb", *lines]))
    with pytest.raises(SpecError, match="too many values"):
        check(read_asked(Asked((str(path),), TODAY)))
    path.write_text("a: " + "[" * 50_000)
    survives(path, config)
