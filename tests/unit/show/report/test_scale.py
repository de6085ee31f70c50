"""Scales place amounts, and mark them with round numbers."""

import pytest

from plimsoll.show.report.scale import AxisScale, around


def test_ends_are_placed_at_the_ends() -> None:
    scale = AxisScale(0, 50, 100, 0)
    assert (scale.at(0), scale.at(50), scale.at(25)) == (100, 0, 50)


def test_equal_ratios_are_equally_far_apart() -> None:
    scale = AxisScale(1, 100, 0, 2, log=True)
    assert scale.at(10) == pytest.approx(1)


@pytest.mark.parametrize("values", [[5.0], [0.001, 0.002], [10.0, 1e7], [3051.64, 3051.64]])
@pytest.mark.parametrize("log", [True, False])
def test_values_lie_within_their_scale_and_ticks_too(values: list[float], log: bool) -> None:
    scale = around(values, 0, 100, log=log)
    assert all(0 <= scale.at(value) <= 100 for value in (*values, *scale.ticks()))
    assert len(scale.ticks(6)) <= 7


def test_ticks_are_round() -> None:
    assert list(AxisScale(0, 4000, 0, 1).ticks(5)) == [0, 1000, 2000, 3000, 4000]
    assert list(AxisScale(1000, 60000, 0, 1, log=True).ticks(6)) == [1000, 2000, 5000, 10000, 20000, 50000]
