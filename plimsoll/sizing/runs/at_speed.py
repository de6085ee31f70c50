"""A run at another speed: every way of it computes faster or slower by one share, and is else the same."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from plimsoll.catalog.facts import InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.sizing.runs.pace import Pace, RunStorage, RunWay, RunWork, Totals
from plimsoll.spec.runs.asked import RunAsked


def at_speed(work: RunWork, share: float) -> RunWork:
    """Take the same work at a share of its speed."""
    return _AtSpeed(work, share)


@record
class _SpedWay:
    way: RunWay
    share: float

    @property
    def instance(self) -> InstanceType:
        return self.way.instance

    @property
    def precision(self) -> str | None:
        return self.way.precision

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.way.reasons

    @property
    def least_nodes(self) -> int:
        return self.way.least_nodes

    @property
    def most_nodes(self) -> int:
        return self.way.most_nodes

    def pace(self, nodes: int) -> Pace | None:
        found, share = self.way.pace(nodes), self.share
        if found is None:
            return None
        return replace(
            found,
            compute_h=found.compute_h / share,
            low_h=found.low_h / share,
            high_h=found.high_h / share,
            tokens_per_s=_times(found.tokens_per_s, share),
            mfu=_times(found.mfu, share),
            shard_s=_times(found.shard_s, 1 / share),
        )


def _times(value: float | None, share: float) -> float | None:
    return None if value is None else value * share


@record
class _AtSpeed:
    work: RunWork
    share: float

    @property
    def model(self) -> str:
        return self.work.model

    @property
    def own_image(self) -> bool:
        return self.work.own_image

    @property
    def totals(self) -> Totals:
        return self.work.totals

    @property
    def limits(self) -> RunLimits:
        return self.work.limits

    def adapted(self, spec: RunAsked) -> RunWork:
        return at_speed(self.work.adapted(spec), self.share)

    def ways(self, instance: InstanceType) -> Sequence[RunWay]:
        return [_SpedWay(way, self.share) for way in self.work.ways(instance)]

    def server(self, way: RunWay) -> ContainerSpec | None:
        return self.work.server(way.way if isinstance(way, _SpedWay) else way)

    def checkpoint(self, pace: Pace, instance: InstanceType, stay_h: float | None) -> RunCheckpoint | None:
        return self.work.checkpoint(pace, instance, stay_h)

    def storage(self, checkpoint: RunCheckpoint, enforced_h: float) -> RunStorage | None:
        return self.work.storage(checkpoint, enforced_h)

    def assumed(self, way: RunWay | None, pace: Pace | None) -> Iterator[Assumption]:
        return self.work.assumed(way.way if isinstance(way, _SpedWay) else way, pace)
