"""The autoscaler by Kubernetes' rules: target, tolerance, windows, steps."""

from plimsoll.simulation.fleet.autoscaler import Autoscaler, ScalingRule


def scaler(start: int = 2, **changes: float) -> Autoscaler:
    told = {"target": 10.0, "least": 1, "most": 8, "window_s": 300.0, **changes}
    return Autoscaler(ScalingRule("requests_in_flight", **told), start)  # type: ignore[arg-type]


def test_more_load_wants_more_at_once_and_at_most_twice_as_many_a_minute() -> None:
    found = scaler()
    assert found.decide(15.0, 2, 25.0) == 3
    assert found.decide(30.0, 3, 90.0) == 4, "two a minute ago"
    assert found.decide(90.0, 4, 90.0) == 8


def test_a_tenth_off_the_target_changes_nothing() -> None:
    assert scaler().decide(15.0, 2, 21.9) == 2


def test_less_load_is_believed_after_the_window_and_one_goes_a_minute() -> None:
    found = scaler(start=5)
    assert [found.decide(15.0 * tick, 5, 12.0) for tick in range(1, 20)] == [5] * 19
    assert found.decide(315.0, 5, 12.0) == 4
    assert found.decide(330.0, 4, 12.0) == 4, "one was let go within the minute"


def test_bounds_hold_and_the_first_of_none_is_started() -> None:
    assert scaler(least=2).decide(1000.0, 2, 0.0) == 2
    assert scaler(start=0, least=0).decide(15.0, 0, 1.0) == 1
    assert scaler(start=0, least=0).decide(15.0, 0, 0.0) == 0
