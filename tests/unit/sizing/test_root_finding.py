"""A root is the largest argument that still holds, found in few steps on the curves that loads make."""

import math
from collections.abc import Callable

import pytest

from plimsoll.sizing.root_finding import ROOT_STEPS, ROOT_TOLERANCE, root

CURVES: dict[str, Callable[[float], float]] = {
    "a line": lambda x: x / 3 - 1,
    "a queue near its limit": lambda x: 1 / (1.0001 - x / 10) - 5,
    "a corner": lambda x: max(0.2 * x - 1, 8 * x - 64),
    "flat, then steep": lambda x: -0.1 if x < 9 else 10 * (x - 9) - 0.1,
    "a step": lambda x: -1.0 if x <= math.pi else 1.0,
    "zero at nothing": lambda x: x,
}


@pytest.mark.parametrize("name", CURVES)
def test_the_largest_argument_that_holds_is_found(name: str) -> None:
    asked: list[float] = []

    def curve(x: float) -> float:
        asked.append(x)
        return CURVES[name](x)

    found = root(curve, 10.0)
    assert CURVES[name](found) <= 0
    beyond = found + 10.0 * 2 * ROOT_TOLERANCE
    assert CURVES[name](beyond) > -2 * ROOT_TOLERANCE
    assert len(asked) <= ROOT_STEPS + 2


@pytest.mark.parametrize("sharpness", [2.0, 5.0, 20.0, 100.0])
def test_smooth_curves_take_few_steps(sharpness: float) -> None:
    asked: list[float] = []

    def late(x: float) -> float:
        asked.append(x)
        return 1 / (1.001 - x) / sharpness - 1

    assert root(late, 1.0) == pytest.approx(1.001 - 1 / sharpness, rel=1e-5)
    assert len(asked) <= 14
