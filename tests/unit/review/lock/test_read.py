"""Whatever a file is that should be a lock: it is read, or told with its line."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.review.lock.read import lock_from, lock_path, read_lock
from tests.make.locks import changed, example_lock, locked, resealed

RAW = example_lock().encode()


def problems(raw: bytes) -> tuple[Problem, ...]:
    with pytest.raises(SpecError) as caught:
        lock_from(raw, "a.lock.json")
    assert all(found.file == "a.lock.json" and found.line for found in caught.value.problems), caught.value
    return caught.value.problems


def test_it_holds_what_was_written(tmp_path: Path) -> None:
    _, path = locked(tmp_path)
    lock = read_lock(path)
    data = json.loads(path.read_text())
    assert lock.plan == data["plan"]
    assert lock.document_sha256 == data["document_sha256"]
    assert [row.usd_per_unit for row in lock.rows] == [row["usd_per_unit"] for row in data["rows"]]
    assert "us-east-1" in lock.facts.prices.regions
    assert "eu-west-1" not in lock.facts.prices.regions, "no lever leaves the continent"


@pytest.mark.parametrize(
    ("spec", "lock"),
    [
        ("a/chat.yaml", "a/chat.lock.json"),
        ("chat.v2.yml", "chat.v2.lock.json"),
        ("chat", "chat.lock.json"),
        ("a/chat.lock.json", "a/chat.lock.json"),
    ],
)
def test_it_stands_beside_its_spec(spec: str, lock: str) -> None:
    assert lock_path(Path(spec)) == Path(lock)


def test_a_file_that_was_cut_off_is_told() -> None:
    for end in range(0, len(RAW), 50):
        problems(RAW[:end])


def test_one_digit_is_enough() -> None:
    digits = [at for at, byte in enumerate(RAW) if chr(byte).isdigit()]
    for at in random.Random(12).sample(digits, 200):
        other = b"%d" % ((int(chr(RAW[at])) + 1) % 10)
        problems(RAW[:at] + other + RAW[at + 1 :])


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('"ceiling": "3051.64"', '"ceiling": "3051.65"', "plan.cost.usd_per_month.ceiling"),
        ('"peak": 5.0', '"peak": 6.0', "plan.workload"),
        ('"usd_per_unit": "3.36312"', '"usd_per_unit": "3.36313"', "rows[5]"),
        ('"quantity": "1460"', '"quantity": "1461"', "plan.cost.lines[1]"),
        ('"max_nodes": 1', '"max_nodes": 2', "lock_sha256"),
    ],
)
def test_the_line_that_was_edited_is_named_where_it_shows(old: str, new: str, path: str) -> None:
    """A number that does not fit the others any more gives itself away; else the seal is named."""
    text = example_lock()
    assert old in text
    edited = text.replace(old, new, 1)
    (found,) = problems(edited.encode())
    assert found.where == path
    assert "changed since it was written" in found.what


def test_conflict_markers_are_told_before_anything_else() -> None:
    lines = example_lock().splitlines()
    lines[4:4] = ["<<<<<<< HEAD", '  "solver": 1', "=======", '  "solver": 2', ">>>>>>> theirs"]
    found = problems("\n".join(lines).encode())
    assert [(each.line, each.column) for each in found] == [(5, 1), (7, 1), (9, 1)]
    assert str(found[0]) == ("a.lock.json:5:1: conflict marker; take either side, then run plimsoll lock")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'"lock"',
        b"{" * 100_000,
        b'{"a":' * 100_000,
        b"\x00" * 50,
        b'{"schema": "plimsoll.dev/lock/v1"}',
        b'{"schema": "plimsoll.dev/plan/v1"}',
        b'{"schema": 3, "schema": 3}',
        RAW.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + RAW,
        RAW + RAW,
        RAW[1:],
        RAW.replace(b'"solver": 1', b'"solver": NaN'),
        RAW.replace(b'"solver": 1', b'"solver": 1e999'),
    ],
)
def test_what_is_no_lock_is_told(raw: bytes) -> None:
    problems(raw)


@pytest.mark.parametrize(
    ("schema", "what"),
    [
        ("plimsoll.dev/lock/v2", "a lock of schema plimsoll.dev/lock/v2"),
        ("plimsoll.dev/lock/v10", "a lock of schema plimsoll.dev/lock/v10"),
        ("plimsoll.dev/lock/v0", "no lock"),
        ("plimsoll.dev/lock/vx", "no lock"),
        (None, "no lock"),
        (["plimsoll.dev/lock/v1"], "no lock"),
    ],
)
def test_a_greater_schema_is_refused(schema: object, what: str) -> None:
    text = changed(example_lock(), lambda data: data.update(schema=schema))
    assert [found.what for found in problems(text.encode())] == [what]


KINDS: dict[str, str] = {
    "tool": "object",
    "tool.version": "text",
    "tool.solver": "count",
    "spec": "object",
    "spec.sha256": "text",
    "spec.file": "text",
    "facts": "object",
    "facts.prices": "object",
    "facts.prices.regions": "list",
    "facts.prices.as_of": "text",
    "facts.speed": "object",
    "facts.catalog.sha256": "text",
    "work": "object",
    "rows": "list",
    "plan": "object",
    "plan.outcome": "text",
    "plan.workload": "object",
    "document_sha256": "text",
}
VALUES: dict[str, object] = {
    "null": None,
    "object": {},
    "list": [None],
    "text": "",
    "flag": True,
    "count": 1.5,
    "negative": -1,
    "huge": 10**400,
}


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize("value", VALUES)
def test_a_value_of_another_type_is_told_at_its_path(path: str, value: str) -> None:
    """Also where somebody made the seal fit; none of the values is right anywhere."""

    def put(data: dict[str, Any]) -> None:
        *above, last = path.split(".")
        for key in above:
            data = data[key]
        data[last] = VALUES[value]

    found = problems(changed(example_lock(), put).encode())
    assert all(each.where.startswith(path.partition(".")[0]) or path == "plan.workload" for each in found)


def test_a_workload_that_is_not_the_one_of_the_digest_is_told() -> None:
    text = resealed(example_lock().replace('"peak": 5.0', '"peak": 6.0'))
    (found,) = problems(text.encode())
    assert found.where == "spec.sha256"


def test_a_refusal_is_no_lock() -> None:
    text = changed(example_lock(), lambda data: data["plan"].update(outcome="refusal"))
    (found,) = problems(text.encode())
    assert found.where == "plan.outcome"


def test_a_folder_or_a_missing_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.lock.json"):
        with pytest.raises(SpecError):
            read_lock(path)
