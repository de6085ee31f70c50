"""The smallest fleet that holds is found without trying all, and margins grow away from what was measured."""

import math
from types import SimpleNamespace

import pytest

from plimsoll.rightsizing.capacity import TOKENS_APART, SpeedSeen
from plimsoll.rightsizing.replay import Rehearsal, smallest
from plimsoll.rightsizing.witness import Heard


@pytest.mark.parametrize("least", [1, 2, 7])
@pytest.mark.parametrize("needed", [1, 2, 3, 5, 8, 13, 15])
def test_the_smallest_that_holds(least, needed):
    tried = []

    def holds(count):
        tried.append(count)
        return count >= needed

    assert smallest(least, holds) == max(least, needed)
    assert len(tried) <= 14


def test_none_of_reasonable_size():
    assert smallest(2, lambda count: False) is None


@pytest.mark.parametrize(
    ("times", "ttft", "tpot"), [(0.5, 0.95, 0.95), (1.0, 0.95, 0.95), (math.e, 0.8756, 0.95)]
)
def test_loads_that_were_never_measured_may_come_less_near_a_limit(times, ttft, tpot):
    """0.98 less √(0.03² + 0.1²) at e times the measured load; the time between tokens has no such doubt."""
    told = {"ttft": Heard(1.0, 0.03), "tpot": Heard(1.0, 0.03)}
    seen = SpeedSeen(1.0, 1.0, 1.0, 336, {"ttft": 1.0, "tpot": 1.0}, 1.0, TOKENS_APART)
    margins = Rehearsal(SimpleNamespace(most_qps=0.0), None, seen, told, 2.0).at(2.0 * times).margins
    assert margins == pytest.approx({"ttft": ttft, "tpot": tpot}, abs=1e-4)
