"""Amounts with their signs, causes with what lies in them."""

import pytest

from plimsoll.review.diff.document import DiffCauses, DiffMoney
from plimsoll.show.diff.words import cause_amounts, percent, signed, value_text


@pytest.mark.parametrize(
    ("amount", "shown"),
    [("2709.39", "+$2,709.39"), ("-12.00", "−$12.00"), ("0.00", "$0.00"), (None, "–")],
)
def test_a_change_has_its_sign(amount: str | None, shown: str) -> None:
    assert signed(amount) == shown


@pytest.mark.parametrize(
    ("change", "was", "shown"),
    [("2709.39", "3051.64", "+88.8 %"), ("-1.00", "4.00", "−25.0 %"), ("1.00", "0.00", ""), (None, "1", "")],
)
def test_a_share_of_what_was(change: str | None, was: str, shown: str) -> None:
    assert percent(change, was) == shown


def money(amount: str) -> DiffMoney:
    return DiffMoney(amount, amount, amount)


def test_causes_are_named_with_yours_first() -> None:
    causes = DiffCauses(money("1.00"), money("2.00"), money("3.00"), money("4.00"))
    assert cause_amounts(causes) == [
        ("your change", "4.00"),
        ("prices", "3.00"),
        ("speed data", "2.00"),
        ("Plimsoll", "1.00"),
    ]


def test_what_has_no_number_of_its_own_is_named_where_it_lies() -> None:
    assert cause_amounts(DiffCauses(None, None, money("3.00"), money("4.00"))) == [
        ("your change", "4.00"),
        ("Plimsoll, speed data and prices", "3.00"),
    ]
    assert cause_amounts(DiffCauses(None, None, None, None)) == []


def test_a_long_value_is_cut() -> None:
    assert value_text([1] * 168).endswith("…")
    assert value_text(5.0) == "5"
    assert value_text(None) == "unset"
