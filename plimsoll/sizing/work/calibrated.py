"""A calibrated replica is one that was measured: what the model says of it, moved to the measurement."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from plimsoll.calibration.calibration import AGE_DAYS, Calibration, OwnSpeed
from plimsoll.ground.assumption import MEASURED_ON, Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.replica import Replica

if TYPE_CHECKING:
    from plimsoll.sizing.work.setup import Interval

NAME = "calibration"
"""The name of the assumption that says which file moved estimates, and its digest."""


@record
class CalibratedReplica:
    """Rates and latencies of a replica, times what was measured ÷ what was predicted of it.

    A run below the knee says how long requests take and not how many more would fit, so that what a full
    replica carries moves only where a run filled one.
    """

    predicted: Replica
    own: OwnSpeed

    @property
    def top_batch(self) -> float:
        """The batch at the utilisation target."""
        return self.predicted.top_batch

    @property
    def full_batch(self) -> float:
        """The batch of a full replica."""
        return self.predicted.full_batch

    @property
    def most_qps(self) -> float:
        """What a full replica carries."""
        return self.predicted.most_qps * self.own.rate

    def qps_of(self, batch: float) -> float:
        """The rate at a batch."""
        return self.predicted.qps_of(batch) * self.own.rate

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """Each latency times its factor; an end-to-end latency that nobody measured follows its parts."""
        said = dict(zip(keys, self.predicted.latencies_s(batch, keys), strict=True))
        return [self._moved(key, value, batch) for key, value in said.items()]

    def _moved(self, key: str, value: float, batch: float) -> float:
        found = self.own.factor(key)
        if found is not None:
            return value * found.factor
        metric, _, name = key.partition("_")
        return value if metric != "e2e" else self._of_parts(value, batch, name)

    def _of_parts(self, value: float, batch: float, name: str) -> float:
        (first,) = self.predicted.latencies_s(batch, [f"ttft_{name}"])
        ttft, tpot = self.own.factor(f"ttft_{name}"), self.own.factor(f"tpot_{name}")
        moved = first * (ttft.factor if ttft else 1.0)
        return moved + max(value - first, 0.0) * (tpot.factor if tpot else 1.0)

    def in_flight(self, batch: float) -> float:
        """Requests in flight: as many as predicted, since both measured loops hold what is asked of them."""
        return self.predicted.in_flight(batch)


def measured_intervals(own: OwnSpeed, predicted: "Mapping[str, Interval]") -> "dict[str, Interval]":
    """Take the repeat spread in place of the interval of each latency that was measured.

    An end-to-end latency whose parts were both measured is as sure as the less sure of them.
    """
    found = {metric: own.spread(metric) or interval for metric, interval in predicted.items()}
    ttft, tpot = own.spread("ttft"), own.spread("tpot")
    if "e2e" in found and own.spread("e2e") is None and ttft is not None and tpot is not None:
        found["e2e"] = min(ttft[0], tpot[0]), max(ttft[1], tpot[1])
    return found


def told_of_model(calibration: Calibration, model: str) -> Iterator[Assumption]:
    """Tell that candidates of a model were calibrated, whether or not the choice is one of them."""
    measured = list(calibration.of_model(model))
    if measured:
        where = "; ".join(f"{each.setup.title}, {each.said}" for each in measured)
        source = f"sha256 {calibration.sha256}; none of it is the choice: {where}"
        yield Assumption(NAME, calibration.file, None, source)


def told_of_choice(calibration: Calibration, own: OwnSpeed) -> Iterator[Assumption]:
    """Tell by which file, which bytes and which run the estimates of a setup were moved."""
    yield Assumption(NAME, calibration.file, None, f"sha256 {calibration.sha256}; {own.said}")
    source = f"the result of the load test, which holds for {AGE_DAYS} days"
    yield Assumption(MEASURED_ON, own.day or "unknown", None, source)
