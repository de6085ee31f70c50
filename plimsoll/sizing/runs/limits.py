"""The hours of a run have limits: what its owner asks for, and the bound at which the cluster ends it."""

from math import ceil

from plimsoll.ground.start_up import record
from plimsoll.spec.defaults import P50_BOUND

MINUTES = 60


@record
class RunLimits:
    """Hours that half of the runs keep, that nine in ten keep, and after which the cluster ends one."""

    p50_h: float | None = None
    p90_h: float | None = None
    max_h: float | None = None

    @property
    def deadline_h(self) -> float | None:
        """The hours that a run leaves spot for: its 90th percentile, else its median, else its bound."""
        return next((each for each in (self.p90_h, self.p50_h, self.max_h) if each is not None), None)

    @property
    def of_half(self) -> bool:
        """Whether only half of the runs must keep the deadline."""
        return self.p90_h is None and self.p50_h is not None

    def enforced_min(self, high_h: float, interval_h: float) -> int:
        """Whole minutes after which the cluster ends a run.

        `scale.max_run_h`, else `sla.run_p90_h`, else 1.5 × `run_p50_h`, else what nine in ten keep and one
        interval between checkpoints.
        """
        half = P50_BOUND * self.p50_h if self.p50_h is not None else None
        hours = next(
            (each for each in (self.max_h, self.p90_h, half) if each is not None), high_h + interval_h
        )
        return max(ceil(hours * MINUTES - 1e-6), 1)
