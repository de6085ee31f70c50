"""The front is made of what no other beats in both money and latency."""

from decimal import Decimal

from plimsoll.plan.outlook.compared import ComparedCandidate, front


def one(name: str, expected: str, latency_ms: float) -> ComparedCandidate:
    return ComparedCandidate(name, "t", Decimal(expected), latency_ms, 1, ())


def test_it_leaves_out_what_is_beaten() -> None:
    assert front([one("a", "10", 30), one("b", "20", 20), one("c", "25", 25), one("d", "30", 5)]) == (
        "a",
        "b",
        "d",
    )


def test_twins_are_both_in_it_and_who_is_as_dear_and_slower_is_not() -> None:
    assert front([one("a", "10", 30), one("b", "10", 30), one("c", "10", 40)]) == ("a", "b")


def test_who_is_dearer_and_as_fast_is_not_in_it() -> None:
    assert front([one("a", "10", 30), one("b", "12", 30)]) == ("a",)


def test_there_may_be_none() -> None:
    assert front([]) == ()
