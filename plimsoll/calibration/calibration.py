"""A calibration says by how much measurements differ from estimates, setup by setup, and where from."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from plimsoll.ground.start_up import record

AGE_DAYS = 365
"""Days after its run that a measurement counts as new: as long as prices of accelerator types do. Engines
release every few weeks; a change of version ends it at once, whatever the day."""

RATE = "qps"
"""The factor of what a full replica carries; the other factors are of latencies (`ttft_p95_ms`)."""

LEAST_SPREAD = 0.1
"""No repeat spread is narrower: runs of one setup on two days, or by two tools, differ by a tenth without a
cause that anybody could name. Source: tt-metal issue 31542, two tools and two answers; a convention here."""


@record
class MeasuredSetup:
    """What a load test measured: estimates of this setup move, and of no other."""

    model: str
    accelerator: str
    engine: str
    engine_version: str
    tensor_parallel: int
    precision: str

    @property
    def title(self) -> str:
        """Name it for people."""
        served = f"{self.engine} {self.engine_version}, {self.precision}"
        return f"{self.model} on {self.tensor_parallel} × {self.accelerator}, {served}"


@record
class OwnFactor:
    """Measured ÷ predicted, and how far repeats lie from the measurement: both ends as shares of it."""

    factor: float
    low: float
    high: float


@record
class OwnSpeed:
    """One setup was measured: a factor for each statistic, on a day; `day` is None where no result says it.

    `tools` are what measured it, and `path` is where the file says it.
    """

    setup: MeasuredSetup
    factors: Mapping[str, OwnFactor]
    day: str | None
    expires: str | None
    tools: tuple[str, ...] = ()
    path: str = ""

    @property
    def rate(self) -> float:
        """What a full replica carries, measured ÷ predicted; 1 where no run filled it."""
        found = self.factors.get(RATE)
        return 1.0 if found is None else found.factor

    def factor(self, key: str) -> OwnFactor | None:
        """Find the factor of a latency (`ttft_p95`): its own, else that of the nearest statistic of it."""
        metric, _, name = key.partition("_")
        for other in _NEAREST.get(name, ()):
            found = self.factors.get(f"{metric}_{other}_ms")
            if found is not None:
                return found
        return None

    def spread(self, metric: str) -> tuple[float, float] | None:
        """Take the widest repeat spread of the statistics of a latency; None where it was not measured."""
        found = [each for key, each in self.factors.items() if key.partition("_")[0] == metric]
        if not found:
            return None
        return min(each.low for each in found), max(each.high for each in found)

    def too_old(self, day: str) -> bool:
        """Say whether it expired before a day; what has no date is as old as can be."""
        last = self.expires or (last_day(self.day) if self.day else None)
        return last is None or last < day

    @property
    def said(self) -> str:
        """Say when and with what it was measured, and by how much each statistic moves."""
        when = f"run of {self.day}" if self.day else "a run without a date"
        by = f" by {', '.join(self.tools)}" if self.tools else ""
        moved = ", ".join(f"{_words(key)} × {each.factor:.3g}" for key, each in self.factors.items())
        return f"{when}{by}: {moved or 'nothing moves'}"


_NEAREST = {
    "p50": ("p50", "p90", "p95", "p99"),
    "p90": ("p90", "p95", "p50", "p99"),
    "p95": ("p95", "p90", "p99", "p50"),
    "p99": ("p99", "p95", "p90", "p50"),
}
"""Where a statistic was not measured, the nearest one that was stands for it."""


@record
class Calibration:
    """One file of measurements, with its digest."""

    file: str
    sha256: str
    speeds: tuple[OwnSpeed, ...]

    def of(self, setup: MeasuredSetup) -> OwnSpeed | None:
        """Find what was measured of a setup; of two measurements, the later one."""
        found = [each for each in self.speeds if each.setup == setup]
        return max(found, key=lambda each: each.day or "") if found else None

    def of_model(self, model: str) -> Iterator[OwnSpeed]:
        """Yield all that was measured of a model."""
        return (each for each in self.speeds if each.setup.model == model)

    @property
    def newest(self) -> str | None:
        """The day of its newest run; None where no run has one."""
        return max((each.day for each in self.speeds if each.day), default=None)


def last_day(day: str) -> str:
    """The last day on which a measurement of a day counts as new."""
    return (date.fromisoformat(day) + timedelta(days=AGE_DAYS)).isoformat()


def _words(key: str) -> str:
    if key == RATE:
        return "full rate"
    metric, _, name = key.removesuffix("_ms").partition("_")
    return f"{metric.upper() if metric != 'latency' else metric} {name}"
