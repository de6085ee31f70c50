"""A replay says what the slowest wait at a load: rehearsed with measured lengths, held to measured hours."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.rightsizing.capacity import TOKENS_APART, SpeedOfOurs, SpeedSeen
from plimsoll.rightsizing.measured import MeasuredFleet
from plimsoll.rightsizing.rehearsed import Laws, laws_of, rehearsed
from plimsoll.rightsizing.witness import DOUBT_OF_LOAD, Heard, Served, heard
from plimsoll.sizing.replica import LlmReplica, batch_at

MOST_HALVINGS = 4
"""Plans by which the latencies are sought that lead to the fleet that a replay found."""

MARGIN = 0.98
"""Share of a limit that a replay may reach, less its own error as far as measured hours left it."""

_LEAST, _MOST = 0.02, 8.0
"""Beyond these a replay found an overloaded replica, whose queue grows as long as one looks."""


@record
class Replay:
    """What a replay says: latencies in seconds by key (`ttft_p95`), and the speed with the tails found so.

    `margins` are the shares of their limits that latencies may reach, by name (`ttft`).
    """

    latency_s: Mapping[str, float]
    speed: SpeedSeen
    margins: Mapping[str, float]

    def holds(self, limits_s: Mapping[str, float]) -> bool:
        """Say whether every limit held; what a replay has no key for is left to the plan."""
        return all(
            self.latency_s.get(key, 0.0) <= limit * self.margins.get(key.partition("_")[0], MARGIN)
            for key, limit in limits_s.items()
        )


@record
class Rehearsal:
    """A replica of ours at the speed that was seen, and how far measured latencies lie from its replay."""

    replica: LlmReplica
    laws: Laws
    speed: SpeedSeen
    told: Mapping[str, Heard]
    known_qps: float
    """The greatest load of a replica that was measured; 0 where no hour of it was."""

    def at(self, qps: float) -> Replay:
        """Replay a load of one replica, and say how percentiles differ from the closed form's at that speed.

        A replica that is f times as fast serves f times the load in 1 ÷ f of the time: the model's own is
        replayed at the load ÷ f, and both are compared there.
        """
        seen, load = self.speed, qps / self.speed.factor
        margins = {name: MARGIN - self._doubt(name, each, qps) for name, each in self.told.items()}
        if load >= self.replica.most_qps:
            tails = dict.fromkeys(seen.tails, _MOST)
            return Replay({"ttft_p95": math.inf}, replace(seen, tails=tails), margins)
        found = rehearsed(self.replica, load, self.laws).percentiles()
        found = {key: value * self._off(key) for key, value in found.items()}
        keys = [f"{name}_p95" for name in seen.tails]
        batch = batch_at(self.replica, load, self.replica.full_batch)
        expected = self.replica.latencies_s(batch, keys)
        tails = {
            name: min(max(found[key] / value, _LEAST), _MOST)
            for name, key, value in zip(seen.tails, keys, expected, strict=True)
        }
        at_speed = {key: value / seen.factor for key, value in found.items()}
        return Replay(at_speed, replace(seen, tails=tails), margins)

    def _doubt(self, name: str, told: Heard, qps: float) -> float:
        """Work out the standard error of a latency, as a share: farther off measured hours it is greater."""
        beyond = math.log(qps / self.known_qps) if 0 < self.known_qps < qps else 0.0
        return math.hypot(told.doubt, DOUBT_OF_LOAD.get(name, 0.0) * beyond)

    def _off(self, key: str) -> float:
        heard = self.told.get(key.partition("_")[0])
        return heard.factor if heard is not None else 1.0


def rehearsal_of(ours: SpeedOfOurs, seen: SpeedSeen, fleet: MeasuredFleet) -> Rehearsal | None:
    """Settle the speed by a replay of the measured lengths, and hold replays of busy hours against them."""
    replica = ours.replica
    if not isinstance(replica, LlmReplica):
        return None
    laws = laws_of(replica, fleet)
    speed = _settled(replica, laws, seen)

    def serve(qps: float) -> Served:
        if qps / speed.factor >= replica.most_qps:
            return {}
        found = rehearsed(replica, qps / speed.factor, laws).latencies
        return {name: [value / speed.factor for value in values] for name, values in found.items()}

    known_qps = max((each.replica_qps for each in fleet.witnesses), default=0.0)
    return Rehearsal(replica, laws, speed, heard(fleet.witnesses, serve), known_qps)


def _settled(replica: LlmReplica, laws: Laws, seen: SpeedSeen) -> SpeedSeen:
    """Hold the measured time between tokens against a replay of the measured lengths, not the closed form.

    At the usual load of a replica both are asked for the mean time between tokens; what they differ by is the
    closed form's own error, and no speed of the replica's.
    """
    load = seen.replica_qps / seen.factor
    if seen.by != TOKENS_APART or load >= replica.most_qps:
        return seen
    found = rehearsed(replica, load, laws).apart_s
    (expected,) = replica.latencies_s(batch_at(replica, load, replica.full_batch), ["tpot_p50"])
    return replace(seen, factor=seen.factor * min(max(found / expected, 0.8), 1.25))


def unlimited(seen: SpeedSeen) -> SpeedSeen:
    """Take latencies for as short as can be: what a plan needs then, it needs for its throughput."""
    return replace(seen, tails=dict.fromkeys(seen.tails, _LEAST))


def tightened(replay: Replay) -> SpeedSeen:
    """Take latencies for so much longer that a load whose replay spared no margin holds no limit."""
    seen = replay.speed
    tails = {name: tail / replay.margins.get(name, MARGIN) for name, tail in seen.tails.items()}
    return replace(seen, tails=tails)


def halfway(one: SpeedSeen, other: SpeedSeen) -> SpeedSeen:
    """Take latencies between two."""
    return replace(one, tails={name: (tail + other.tails[name]) / 2 for name, tail in one.tails.items()})


def smallest(least: int, holds: Callable[[int], bool]) -> int | None:
    """Find the smallest fleet from `least` up that holds; None where none of reasonable size does."""
    low, high = least - 1, least
    while not holds(high):
        low, high = high, high + max(high // 3, 1)
        if low > _LARGEST * least + _LARGEST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


_LARGEST = 8
"""Times as many replicas as throughput needs: beyond, no number of them holds the limit."""
