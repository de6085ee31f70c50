"""What an owner measured of a setup goes into it here; without a calibration nothing is read or changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from plimsoll.ground.assumption import Assumption
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.replica import Replica
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: a plan is seldom calibrated
    from plimsoll.calibration.calibration import OwnSpeed
    from plimsoll.sizing.work.setup import Interval


class Versioned(Protocol):
    """An engine of any kind has a name and a version."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def version(self) -> str:
        """Its version."""
        ...


def own_speed(speed: SpeedFacts, model: str, placement: Placement, engine: Versioned) -> "OwnSpeed | None":
    """Find what the owner measured of a model's setup under an engine; None without a calibration."""
    if speed.calibration is None:
        return None
    from plimsoll.calibration.calibration import MeasuredSetup

    part, split = placement.accelerator.name, placement.tensor_parallel
    tested = MeasuredSetup(model, part, engine.name, engine.version, split, placement.precision)
    return speed.calibration.of(tested)


def moved(replica: Replica, own: "OwnSpeed | None") -> Replica:
    """Move what is predicted of a replica to what was measured."""
    if own is None:
        return replica
    from plimsoll.sizing.work.calibrated import CalibratedReplica

    return CalibratedReplica(replica, own)


def as_sure(predicted: "Mapping[str, Interval]", own: "OwnSpeed | None") -> "Mapping[str, Interval]":
    """Take the repeat spread as the interval of what was measured."""
    if own is None:
        return predicted
    from plimsoll.sizing.work.calibrated import measured_intervals

    return measured_intervals(own, predicted)


def told_of(own: "OwnSpeed | None", speed: SpeedFacts) -> Sequence[Assumption]:
    """Tell by what the estimates of a setup were moved; nothing where they were not."""
    if own is None or speed.calibration is None:
        return ()
    from plimsoll.sizing.work.calibrated import told_of_choice

    return tuple(told_of_choice(speed.calibration, own))


def told_of_candidates(speed: SpeedFacts, model: str) -> Iterator[Assumption]:
    """Tell which calibration moved candidates of a model, if one did."""
    if speed.calibration is None:
        return
    from plimsoll.sizing.work.calibrated import told_of_model

    yield from told_of_model(speed.calibration, model)
