"""The gate sees no plan and states the volume of a watched stack again: it must be the one that is made."""

from plimsoll.gate.watched import MOST_GIB, VOLUMES
from plimsoll.money.history import DEFAULT_CLASS, OWN_CLASS, VOLUME_GIB


def test_what_the_gate_allows_beside_plans_is_what_a_stack_makes() -> None:
    assert MOST_GIB == VOLUME_GIB
    assert set(VOLUMES) == {OWN_CLASS, DEFAULT_CLASS}
