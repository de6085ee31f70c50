"""Witnesses of a replay are the busy hours that were measured: what it says of them they said themselves.

A replay serves the measured lengths, which histograms know to a bucket; and no histogram says which long
prompt has which answer. The measured latencies of the same hours know both. Where so many requests lay
within an edge, the replay of the same load must put as many there; what the two differ by is the replay's
error, and is taken along to loads that were never measured.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import NormalDist

from plimsoll.ground.start_up import record
from plimsoll.rightsizing.queries import REPLICAS, SUM
from plimsoll.rightsizing.signals import Signals, added_up
from plimsoll.telemetry.histogram import Histogram
from plimsoll.telemetry.names import E2E, REQUESTS, TPOT, TTFT

LEVELS = (0.5, 0.65, 0.8, 0.9, 1.0)
"""Loads of a replica as shares of the most that was measured: moments between two are one witness."""

LEAST_REQUESTS = 2000
"""Requests of a witness: the share beyond a 95th percentile is then known to a tenth."""

DOUBT = 0.05
"""How far a replay's 95th percentile lies off without any witness: its standard error, as a share."""

DOUBT_OF_SHAPE = 0.12
"""How much farther or nearer a latency a whole normal score away lies: the standard error of that slope."""

DOUBT_OF_EDGE = 0.05
"""How far one edge of one witness is off by the chance of a rehearsal."""

DOUBT_OF_LOAD = {TTFT: 0.1, E2E: 0.1}
"""How far off a latency is at a load e times the greatest measured one: the standard error of that slope.

Of 80 simulated fleets that no test holds (`tests/claims/test_rightsize_fleets.py`, from seed 1001 on): what
their own replay said of the first token at the proposed load against ours, beside the doubt that witnesses
left. The time between tokens needs none there. An answer's whole time takes the wider: no fleet tells it.
"""

FAR = 0.8
"""Normal scores beyond which an edge says nothing of the 95th percentile: from 80 % to 99.3 %."""

MOST_WORDS = 3.0
"""Weight of all words together: hours of one day err alike."""

Served = Mapping[str, Sequence[float]]
"""Latencies of served requests by name, rising, in seconds."""


@record
class Witness:
    """Moments of like load: requests a second of each replica, and the latencies that were measured."""

    replica_qps: float
    share: float
    latencies: Mapping[str, Histogram]


@record
class Heard:
    """What witnesses say of a latency's 95th percentile: measured ÷ replayed, and its standard error left."""

    factor: float
    doubt: float


def witnesses(signals: Signals) -> tuple[Witness, ...]:
    """Take the hours of half the greatest measured load of a replica and more, by load."""
    requests, replicas = signals.line(REQUESTS), signals.line(REPLICAS)
    loads = {at: rate / replicas[at] for at, rate in requests.items() if rate > 0 and replicas.get(at, 0) > 0}
    if not loads:
        return ()
    most = max(loads.values())
    found: list[Witness] = []
    for low, high in zip((0.0, *LEVELS), LEVELS, strict=False):
        moments = {at for at, load in loads.items() if low * most < load <= high * most}
        if low > 0 and moments:
            found += _witness(signals, loads, moments, most)
    return tuple(found)


def _witness(
    signals: Signals, loads: Mapping[float, float], moments: set[float], most: float
) -> Iterator[Witness]:
    kept: dict[str, Histogram] = {}
    for name in (TTFT, TPOT, E2E):
        edges = signals.buckets.get(name)
        known = moments & edges[max(edges)].keys() if edges else set[float]()
        seen = added_up(edges, signals.line(f"{name}{SUM}"), known) if edges else None
        if seen is not None and seen.count * _STEP_S >= LEAST_REQUESTS:
            kept[name] = seen
            moments = known
    if kept:
        rates = [signals.line(REQUESTS)[at] for at in moments]
        load = math.fsum(loads[at] * rate for at, rate in zip(moments, rates, strict=True)) / math.fsum(rates)
        yield Witness(load, load / most, kept)


_STEP_S = 300.0
"""A point of a rate stands for five minutes at least."""


@record
class _Word:
    """What one edge says: normal scores off the 95th percentile, ln(measured ÷ replayed), its weight."""

    off: float
    value: float
    weight: float


def heard(every: Sequence[Witness], serve: Callable[[float], Served]) -> dict[str, Heard]:
    """Hold a replay against witnesses; `serve` says what it gives at a load."""
    told: dict[str, list[_Word]] = {TTFT: [], TPOT: [], E2E: []}
    for witness in every:
        served = serve(witness.replica_qps)
        for name, histogram in witness.latencies.items():
            told[name] += _words(histogram, served.get(name, ()), witness.share**2)
    return {name: _together(said) for name, said in told.items()}


def _words(histogram: Histogram, served: Sequence[float], weight: float) -> Iterator[_Word]:
    wanted = NormalDist().inv_cdf(0.95)
    for edge, count in zip(histogram.edges, histogram.counts, strict=True):
        share = count / histogram.count
        if not served or not 0 < share < 1 or math.isinf(edge):
            continue
        off = NormalDist().inv_cdf(share) - wanted
        replayed = served[min(int(share * len(served)), len(served) - 1)]
        if replayed > 0 and abs(off) <= FAR:
            yield _Word(off, math.log(edge / replayed), weight)


def _together(words: Sequence[_Word]) -> Heard:
    """Lay a straight line through the words, from none and level where nobody says otherwise.

    The posterior mean and error of a regression with normal errors, at the 95th percentile.
    """
    every = math.fsum(each.weight for each in words)
    weigh = min(1.0, MOST_WORDS / every) / DOUBT_OF_EDGE**2 if words else 0.0
    one = math.fsum(each.weight for each in words) * weigh + DOUBT**-2
    cross = math.fsum(each.weight * each.off for each in words) * weigh
    square = math.fsum(each.weight * each.off**2 for each in words) * weigh + DOUBT_OF_SHAPE**-2
    level = math.fsum(each.weight * each.value for each in words) * weigh
    tilt = math.fsum(each.weight * each.off * each.value for each in words) * weigh
    area = one * square - cross * cross
    return Heard(math.exp((level * square - tilt * cross) / area), math.sqrt(square / area))
