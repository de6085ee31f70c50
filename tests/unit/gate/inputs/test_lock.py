"""The gate reads a lock by code of its own: the plan in it, once the seal fits."""

import json
from pathlib import Path

import pytest

from plimsoll.gate.inputs.read import read_inputs
from plimsoll.ground.problems import SpecError
from tests.make.locks import changed, example_lock, locked, resealed


def said(path: Path) -> str:
    with pytest.raises(SpecError) as caught:
        read_inputs([str(path)])
    return "\n".join(map(str, caught.value.problems))


def test_it_is_the_plan_that_it_holds(tmp_path: Path) -> None:
    _, path = locked(tmp_path)
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(json.loads(path.read_text())["plan"]))
    assert read_inputs([str(path)]).plans == read_inputs([str(plan)]).plans


def test_a_lock_beside_its_plan_is_one_workload_twice(tmp_path: Path) -> None:
    _, path = locked(tmp_path)
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(json.loads(path.read_text())["plan"]))
    with pytest.raises(SpecError, match="two plans of the workload 'chat-8b'"):
        read_inputs([str(path), str(plan)])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (example_lock().replace("3051.64", "1051.64"), "changed since it was written"),
        (json.dumps(json.loads(example_lock())), "its last key is not lock_sha256"),
        (json.dumps(dict(reversed(json.loads(example_lock()).items()))), "its last key is not lock_sha256"),
        ("<<<<<<< HEAD\n".join(example_lock().partition(' "tool"')[::2]), "conflict marker"),
        (changed(example_lock(), lambda data: data.update(schema="plimsoll.dev/lock/v2")), "schema"),
        (changed(example_lock(), lambda data: data.update(plan=None)), "holds no plan"),
        (changed(example_lock(), lambda data: data["plan"]["chosen"].pop("pools")), "plan.chosen.pools"),
        (
            resealed(example_lock().replace('"ceiling": "3051.64"', '"ceiling": "1.00"')),
            "not the sum of its lines",
        ),
    ],
)
def test_what_is_not_what_was_written_is_told(text: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "a.lock.json"
    path.write_text(text)
    assert what in said(path)
    assert "a.lock.json" in said(path)
