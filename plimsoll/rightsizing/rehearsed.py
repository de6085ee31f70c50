"""A rehearsal serves requests of the measured lengths with one replica, by the event simulation."""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist

from plimsoll.ground.start_up import record
from plimsoll.rightsizing.measured import MeasuredFleet
from plimsoll.simulation.answer.measure import percentile, values_of
from plimsoll.simulation.chance.draws import Draws, on_grid
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.kinds import TokenWork, token_speed
from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.traffic import QUANTILES, Lengths
from plimsoll.telemetry.histogram import Histogram

REQUESTS, SEEDS = 4000, (1, 2)
"""Requests of one run, whose first fifth warms up, and the runs: the 95th percentile of 6,400 requests moves
by some 2 % from one set of seeds to another."""

_GRID = 2000
"""Steps into which the law of a length is cut to be drawn from: a hundred lie beyond its 95th percentile."""

Law = list[float]
"""A length at equal shares of requests, rising."""

Laws = tuple[Law, Law]
"""Of prompts, and of answers."""


@record
class Rehearsed:
    """Latencies of requests by name (`ttft`, `tpot`, `e2e`), rising, and the mean time between two tokens."""

    latencies: Mapping[str, Sequence[float]]
    apart_s: float

    def percentiles(self) -> dict[str, float]:
        """Percentiles in seconds by key (`ttft_p95`)."""
        return {
            f"{name}_{key}": percentile(values, share)
            for name, values in self.latencies.items()
            for key, share in QUANTILES.items()
        }


def rehearsed(replica: LlmReplica, qps: float, laws: Laws) -> Rehearsed:
    """Serve requests of a Poisson process; every load meets the same requests, at other times."""
    work = TokenWork(replica.traffic, token_speed(replica, None))
    found, seconds, tokens = {name: list[float]() for name in work.metrics}, list[float](), 0
    for seed in SEEDS:
        times, prompts, answers = _drawn(qps, laws, seed)
        stream = work.told(times, prompts, answers)
        served = work.fleet(RentedReplicas(1, 1, 1, None, 0.0), stream, seed)
        served.serve()
        for name in work.metrics:
            found[name] += values_of(name, stream, served.outcomes, REQUESTS // 5)
        first, done = served.outcomes.first, served.outcomes.done
        seconds += (done[at] - first[at] for at in range(REQUESTS // 5, REQUESTS))
        tokens += sum(answers[REQUESTS // 5 :]) - (REQUESTS - REQUESTS // 5)
    return Rehearsed(
        {name: sorted(values) for name, values in found.items()}, math.fsum(seconds) / max(tokens, 1)
    )


def _drawn(qps: float, laws: Laws, seed: int) -> tuple[list[float], list[int], list[int]]:
    gaps, lengths = Draws(seed, "arrivals"), Draws(seed, "lengths")
    times, prompts, answers, now = list[float](), list[int](), list[int](), 0.0
    for _ in range(REQUESTS):
        now += gaps.exponential() / qps
        times.append(on_grid(now))
        prompts.append(round(laws[0][lengths.below(_GRID)]))
        answers.append(max(round(laws[1][lengths.below(_GRID)]), 1))
    return times, prompts, answers


def laws_of(replica: LlmReplica, fleet: MeasuredFleet) -> Laws:
    """Take lengths as the histograms have them; without one as the lognormal law of mean and p95 has."""
    traffic = replica.traffic
    prompt = fleet.prompt.histogram if fleet.prompt is not None else None
    answer = fleet.answer.histogram if fleet.answer is not None else None
    return _law(prompt, traffic.input_tok), _law(answer, traffic.output_tok)


def _law(histogram: Histogram | None, lengths: Lengths) -> Law:
    """Cut a law into equal shares, and stretch it to its exact mean, which the edges of a histogram blur."""
    shares = [(at + 0.5) / _GRID for at in range(_GRID)]
    if histogram is None or histogram.count <= 0:
        return [lengths.quantile(NormalDist().inv_cdf(share)) for share in shares]
    values = histogram.smooth_quantiles(shares)
    stretch = lengths.mean * _GRID / sum(values)
    return [value * stretch for value in values]
