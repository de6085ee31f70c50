"""Kubernetes quantities are read to the last digit, and nothing else is read as one."""

from decimal import Decimal

import pytest

from plimsoll.ground.quantity import LONGEST, parse_quantity


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500m", "0.5"),
        ("1e3", "1000"),
        ("200Gi", "214748364800"),
        ("+.5", "0.5"),
        ("1234567890123456789012345.123456789Ki", "1264197519486419751948641406.419751936"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    ],
)
def test_a_quantity_is_exact(text: str, value: str) -> None:
    assert parse_quantity(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 Gi", "1gi", "1e", "1e1000", "0x10", "NaN", "٣", "1" * (LONGEST + 1)]
)
def test_what_kubernetes_would_refuse_is_no_quantity(text: str) -> None:
    assert parse_quantity(text) is None
