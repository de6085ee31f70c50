"""The smallest fleet that holds is found without trying all."""

import pytest

from plimsoll.rightsizing.replay import smallest


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
