"""Failures lengthen a run as Daly's formula says, and come by the number of nodes."""

import pytest

from plimsoll.sizing.runs.checkpoint import daly_s
from plimsoll.sizing.runs.failures import Interrupted, between_failures_h, expected_h, failures_at


@pytest.mark.parametrize(
    ("between_h", "interval_s", "hours"),
    [(6, 300, 60.05), (6, 1570, 53.52), (6, 3600, 54.98), (24, daly_s(60, 24 * 3600), 50.25)],
)
def test_two_days_of_work_take_longer(between_h: float, interval_s: float, hours: float) -> None:
    job = Interrupted(between_h, 0.2)
    assert expected_h(48, interval_s / 3600, 60 / 3600, job) == pytest.approx(hours, rel=0.005)


def test_a_thousand_accelerators_fail_once_a_day() -> None:
    assert between_failures_h(128, 8, 6.5) == pytest.approx(1 / (1 / 28.85 + 1 / 200), rel=0.001)
    assert between_failures_h(1, 8, 0) == 200


def test_a_quantile_of_failures_is_poissons() -> None:
    assert [failures_at(0.9, mean) for mean in (0.0, 0.1, 0.2, 1.0, 5.0)] == [0, 0, 1, 2, 8]
