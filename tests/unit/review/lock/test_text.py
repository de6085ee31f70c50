"""A lock has one text: keys in the order of the schema, and a line for each."""

import json
from dataclasses import replace

from plimsoll.review.lock.read import lock_from
from plimsoll.review.lock.record import SEAL
from plimsoll.review.lock.text import LAST, digest_of, lock_text
from tests.make.locks import changed, example_lock

KEYS = ["schema", "tool", "spec", "facts", "work", "rows", "plan", "document_sha256", "lock_sha256"]


def test_its_keys_are_in_order_and_the_seal_is_last() -> None:
    assert list(json.loads(example_lock())) == KEYS
    assert example_lock().splitlines()[-2].startswith(f' "{SEAL}": ')


def test_what_is_read_and_written_again_has_the_same_bytes() -> None:
    for name in ("chat-8b", "recommendations", "in-house-13b", "call-transcripts"):
        text = example_lock(name)
        assert lock_text(lock_from(text.encode(), "f")) == text


def test_a_usual_plan_takes_less_than_20_kb() -> None:
    assert len(example_lock().encode()) < 20_000


def test_a_line_of_the_bill_is_a_line_of_the_file() -> None:
    lines = [line for line in example_lock().splitlines() if '"item": ' in line]
    assert len(lines) == len(json.loads(example_lock())["plan"]["cost"]["lines"])


def test_no_line_has_the_machine_or_the_day() -> None:
    assert "/" not in json.loads(example_lock())["spec"]["file"]
    assert "2026-01-01" not in example_lock()


def test_keys_of_a_later_release_are_kept_where_they_are() -> None:
    def added(data: dict) -> None:
        data["approved_by"] = "finance"
        data["facts"]["quotas"] = {"name": "quotas.yaml"}
        data["tool"]["build"] = 7

    read = lock_from(changed(example_lock(), added).encode(), "f")
    written = json.loads(lock_text(read))
    assert (written["approved_by"], written["tool"]["build"]) == ("finance", 7)
    assert written["facts"]["quotas"] == {"name": "quotas.yaml"}
    assert tuple(written)[-2:] == LAST
    assert lock_text(replace(read, more={})) == example_lock()


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    assert digest_of({"a": 1, "b": [2, {"c": None}]}) == digest_of({"b": [2, {"c": None}], "a": 1})
    assert digest_of({"a": 1}) != digest_of({"a": 1.0})
