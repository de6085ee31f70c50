"""A unit is worth the same behind a number and in the name of a key: `5 min` is `timeout_min: 5`."""

from decimal import Decimal

import pytest

from plimsoll.spec.wrong.hints import number_meant
from plimsoll.spec.wrong.other_units import in_our_unit
from plimsoll.spec.wrong.units import SIZES, SPANS, WORTH

BOTH = [
    *(
        (unit, word)
        for unit in ("milliseconds", "seconds", "hours", "days")
        for word in SPANS
        if word in WORTH[unit]
    ),
    *(("GiB", word) for word in SIZES if word in WORTH["GiB"] and not word.startswith("k")),
    *(("10^9 parameters", word) for word in "bmt"),
    *(("requests per second", word) for word in ("rpm", "rph", "rpd", "qpm", "qph", "qpd")),
]


@pytest.mark.parametrize(("unit", "word"), BOTH)
def test_a_value_and_a_name_mean_the_same(unit: str, word: str) -> None:
    named = in_our_unit(f"something_{word}", 5400, unit)
    assert Decimal(number_meant(f"5400 {word}", unit)) == Decimal(str(named))


@pytest.mark.parametrize(
    ("text", "unit", "meant"),
    [
        ("800ms", "milliseconds", "800"),
        ("1.5 h", "hours", "1.5"),
        ("90 min", "hours", "1.5"),
        ("2 w", "days", "14"),
        ("24 GB", "GiB", "22.351742"),
        ("512Mi", "GiB", "0.5"),
        ("4 kb", "KiB", "3.90625"),
        ("600 rpm", "requests per second", "10"),
        ("36000 qph", "requests per second", "10"),
        ("3k", "tokens", "3000"),
        ("45k usd", "US dollars per month", ""),
        ("8 gbps", "GB/s", "1"),
    ],
)
def test_what_is_written_is_worth_this(text: str, unit: str, meant: str) -> None:
    assert number_meant(text, unit) == meant
