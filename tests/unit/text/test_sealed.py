"""A sealed text tells whether it is the one that was written, and on which line it is not."""

from hashlib import sha256

import pytest

from plimsoll.text.sealed import marker_problems, seal_problem, sealed

ABOVE = '{\n "a": 1,\n "b": "zwölf",\n'
TEXT = sealed(ABOVE, "seal")


def line_of(raw: bytes) -> int:
    found = seal_problem(raw, "seal", "file.json", "fix it")
    assert found is not None
    assert found.file == "file.json"
    return found.line


def test_the_seal_is_the_digest_of_the_bytes_above_its_line() -> None:
    assert f'{ABOVE} "seal": "{sha256(ABOVE.encode()).hexdigest()}"\n}}\n' == TEXT
    assert seal_problem(TEXT.encode(), "seal", "file.json", "") is None


def test_any_other_byte_breaks_it() -> None:
    raw = TEXT.encode()
    for at in range(len(raw)):
        other = bytes([raw[at] ^ 1])
        assert seal_problem(raw[:at] + other + raw[at + 1 :], "seal", "f", "") is not None, at


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", TEXT.encode()[:-2], TEXT.encode() + b"\n", TEXT.replace("\n", "\r\n").encode(), b"\xff"],
)
def test_what_does_not_end_with_it_is_told(raw: bytes) -> None:
    assert line_of(raw) >= 1


def test_a_changed_text_is_told_at_the_seal() -> None:
    assert line_of(TEXT.replace("1", "2", 1).encode()) == 4


def test_marks_of_a_merge_are_told_each_with_its_line() -> None:
    raw = b'{\n<<<<<<< HEAD\n "a": 1\n||||||| base\n=======\n "a": 2\n>>>>>>> theirs\n}\n'
    assert [found.line for found in marker_problems(raw, "f", "")] == [2, 4, 5, 7]
    assert [found.column for found in marker_problems(raw, "f", "")] == [1, 1, 1, 1]


@pytest.mark.parametrize("raw", [b'{"a": "======="}', b"========\n", b" <<<<<<< HEAD", b"<<<<<< HEAD"])
def test_what_only_looks_like_one_is_none(raw: bytes) -> None:
    assert marker_problems(raw, "f", "") == []
