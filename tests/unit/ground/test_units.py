"""Numbers for people: digits that say something, and never an exponent."""

import re

import pytest

from plimsoll.ground.units import figure


@pytest.mark.parametrize("digits", [3, 4])
@pytest.mark.parametrize("value", [0, 0.25, 7, 99.4, 99.96, 100, 999.4, 999.96, 1000, 9999.6, 12880, 3.5e9])
def test_a_number_is_written_without_an_exponent_and_to_its_digits(value: float, digits: int) -> None:
    text = figure(value, digits)
    assert re.fullmatch(r"[\d,]+(\.\d+)?", text), text
    assert float(text.replace(",", "")) == pytest.approx(value, rel=0.5 * 10 ** (1 - digits))


def test_what_is_no_number_stays_what_it_is() -> None:
    assert (figure("none"), figure(True), figure(1288.4), figure(1288.4, 3)) == (
        "none", "True", "1,288", "1,288",
    )  # fmt: skip
