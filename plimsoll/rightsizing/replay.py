"""A replay serves the measured lengths at a load and speed by the event simulation: what the slowest wait."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.rightsizing.capacity import TOKENS_APART, SpeedOfOurs, SpeedSeen
from plimsoll.rightsizing.measured import MeasuredFleet
from plimsoll.simulation.answer.measure import statistics_of
from plimsoll.simulation.chance.draws import Draws, on_grid
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.kinds import TokenWork, token_speed
from plimsoll.sizing.replica import LlmReplica, batch_at
from plimsoll.sizing.traffic import Lengths
from plimsoll.telemetry.histogram import Histogram

REQUESTS = 3000
"""Requests of one replay: the 95th percentile of 2,400 moves by some 3 % from seed to seed."""

MOST_HALVINGS = 4
"""Plans by which the latencies are sought that lead to the fleet that a replay found."""

MARGIN = 0.88
"""Share of a limit that a replay may reach: histograms do not say which long prompt has which answer. At
0.95 three of 25 fleets with lengths of a trace came out up to 14 % over their limit."""

_LEAST, _MOST = 0.02, 8.0
"""Beyond these a replay found an overloaded replica, whose queue grows as long as one looks."""

_GRID = 400
"""Steps into which the law of a length is cut to be drawn from."""


@record
class Replay:
    """What a replay says: latencies in seconds by key (`ttft_p95`), and the speed with the tails found so."""

    latency_s: Mapping[str, float]
    speed: SpeedSeen

    def holds(self, limits_s: Mapping[str, float]) -> bool:
        """Say whether every limit held; what a replay has no key for is left to the plan."""
        return all(self.latency_s.get(key, 0.0) <= limit * MARGIN for key, limit in limits_s.items())


def replayed(ours: SpeedOfOurs, seen: SpeedSeen, fleet: MeasuredFleet, qps: float) -> Replay:
    """Replay a load of one replica, and say how percentiles differ from the closed form's at that speed.

    A replica that is f times as fast serves f times the load in 1 ÷ f of the time: the model's own is
    replayed at the load ÷ f, and both are compared there. Of two seeds the longer latency counts.
    """
    if not isinstance(ours.replica, LlmReplica):
        return Replay({}, seen)
    load = qps / seen.factor
    if load >= ours.replica.most_qps:
        return Replay({"ttft_p95": math.inf}, replace(seen, tails=dict.fromkeys(seen.tails, _MOST)))
    laws = _laws(ours.replica, fleet)
    runs = [_served(ours.replica, load, laws, seed) for seed in (1, 2)]
    longest = {key: max(each[key] for each in runs) for key in runs[0]}
    keys = [f"{name}_p95" for name in seen.tails]
    expected = ours.replica.latencies_s(batch_at(ours.replica, load, ours.replica.full_batch), keys)
    tails = {
        name: min(max(longest[key] / value, _LEAST), _MOST)
        for name, key, value in zip(seen.tails, keys, expected, strict=True)
    }
    at_speed = {key: value / seen.factor for key, value in longest.items()}
    return Replay(at_speed, replace(seen, tails=tails))


def settled(ours: SpeedOfOurs, seen: SpeedSeen, fleet: MeasuredFleet) -> SpeedSeen:
    """Hold the measured time between tokens against a replay of the measured lengths, not the closed form.

    At the usual load of a replica both are asked for the mean time between tokens; what they differ by is the
    closed form's own error, and no speed of the replica's.
    """
    if not isinstance(ours.replica, LlmReplica) or seen.by != TOKENS_APART:
        return seen
    load = seen.replica_qps / seen.factor
    if load >= ours.replica.most_qps:
        return seen
    found = _served(ours.replica, load, _laws(ours.replica, fleet), 1)[_APART]
    batch = batch_at(ours.replica, load, ours.replica.full_batch)
    (expected,) = ours.replica.latencies_s(batch, ["tpot_p50"])
    return replace(seen, factor=seen.factor * min(max(found / expected, 0.8), 1.25))


def unlimited(seen: SpeedSeen) -> SpeedSeen:
    """Take latencies for as short as can be: what a plan needs then, it needs for its throughput."""
    return replace(seen, tails=dict.fromkeys(seen.tails, _LEAST))


def tightened(seen: SpeedSeen) -> SpeedSeen:
    """Take latencies for so much longer that a load whose replay spared no margin holds no limit."""
    return replace(seen, tails={name: tail / MARGIN for name, tail in seen.tails.items()})


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


_APART = "apart"
"""The key of the mean time between tokens."""

Law = list[float]
"""A length at equal shares of requests, rising."""


def _served(replica: LlmReplica, qps: float, laws: tuple[Law, Law], seed: int) -> dict[str, float]:
    """Serve requests of a Poisson process with one replica; the first fifth warms up."""
    gaps, lengths = Draws(seed, "arrivals"), Draws(seed, "lengths")
    times, prompts, answers, now = list[float](), list[int](), list[int](), 0.0
    for _ in range(REQUESTS):
        now += gaps.exponential() / qps
        times.append(on_grid(now))
        prompts.append(round(laws[0][lengths.below(_GRID)]))
        answers.append(round(laws[1][lengths.below(_GRID)]))
    work = TokenWork(replica.traffic, token_speed(replica, None))
    stream = work.told(times, prompts, answers)
    served = work.fleet(RentedReplicas(1, 1, 1, None, 0.0), stream, seed)
    served.serve()
    found = (statistics_of(metric, stream, served.outcomes, REQUESTS // 5) for metric in work.metrics)
    latencies = {key: each.seconds for statistics in found for key, each in statistics.items()}
    first, done = served.outcomes.first, served.outcomes.done
    written = range(REQUESTS // 5, REQUESTS)
    seconds = math.fsum(done[at] - first[at] for at in written)
    return latencies | {_APART: seconds / max(sum(answers[at] - 1 for at in written), 1)}


def _laws(replica: LlmReplica, fleet: MeasuredFleet) -> tuple[Law, Law]:
    """Take lengths as the histograms have them; without one as the lognormal law of mean and p95 has."""
    prompt = _law(fleet.prompt.histogram if fleet.prompt is not None else None, replica.traffic.input_tok)
    return prompt, _law(
        fleet.answer.histogram if fleet.answer is not None else None, replica.traffic.output_tok
    )


def _law(histogram: Histogram | None, lengths: Lengths) -> list[float]:
    """Cut a law into equal shares, and stretch it to its exact mean, which the edges of a histogram blur."""
    from statistics import NormalDist

    shares = [(at + 0.5) / _GRID for at in range(_GRID)]
    if histogram is None or histogram.count <= 0:
        return [lengths.quantile(NormalDist().inv_cdf(share)) for share in shares]
    values = [histogram.quantile(share) or 1.0 for share in shares]
    stretch = lengths.mean * _GRID / sum(values)
    return [value * stretch for value in values]
