"""Folds lose rows where there is no room, and say how many."""

from plimsoll.show.comment.folds import Fold, folded
from plimsoll.show.markdown import size

ROWS = [f"- row {number:03}" for number in range(100)]


def test_a_fold_has_its_heading_and_all_its_rows() -> None:
    lines = folded([Fold("A title", ROWS, ("| a |", "|---|"))], 10_000)
    assert lines[0] == "<details><summary>A title</summary>"
    assert lines[2:4] == ["| a |", "|---|"]
    assert lines[4:104] == ROWS
    assert lines[-2] == "</details>"


def test_an_empty_fold_is_left_out() -> None:
    assert folded([Fold("Nothing", []), Fold("One", ["- x"])], 10_000)[0] == "<details><summary>One</summary>"


def test_what_does_not_fit_is_counted() -> None:
    for room in (200, 300, 500, 900):
        lines = folded([Fold("A title", ROWS)], room)
        kept = sum(line.startswith("- row") for line in lines)
        assert size(lines) <= room
        assert f"… and {100 - kept} more; `plimsoll diff` has all" in lines
        assert lines[-2] == "</details>"


def test_no_room_is_no_fold() -> None:
    assert folded([Fold("A title", ROWS)], 100) == []


def test_what_is_beyond_sixteen_bits_counts_twice() -> None:
    assert size(["⚓"]) == 2
    assert size(["😀"]) == 3
