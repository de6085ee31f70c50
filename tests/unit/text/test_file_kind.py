"""What is wrong with a file is said in the words of its kind."""

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.text.file_kind import WORKLOAD, FileKind
from plimsoll.text.source import parse

TIDE = FileKind("a tide table", "one harbour", "it says no tide", "write tides: []")


def said(raw: bytes, kind: FileKind) -> str:
    with pytest.raises(SpecError) as caught:
        parse(raw, "f.yaml", kind)
    return " ".join(f"{each.what}; {each.why}; {each.fix}" for each in caught.value.problems)


@pytest.mark.parametrize(
    ("raw", "why", "fix"),
    [
        (b"", "it says no tide", "write tides: []"),
        (b"- 1\n", "a tide table is a mapping of keys to values", "write tides: []"),
        (b"a: 1\n---\nb: 2\n", "one file holds one harbour", "a file of its own"),
    ],
)
def test_each_message_speaks_of_the_kind(raw: bytes, why: str, fix: str) -> None:
    assert why in said(raw, TIDE)
    assert fix in said(raw, TIDE)
    assert "workload" not in said(raw, TIDE)


def test_a_workload_spec_is_the_kind_where_nobody_says_another() -> None:
    assert "plimsoll new NAME" in said(b"", WORKLOAD)
