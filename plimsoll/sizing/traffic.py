"""Traffic says how much arrives, hour by hour, and how long prompts and answers are."""

import math
from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.spec.lengths import Given, Length, RequestLengths, request_lengths
from plimsoll.spec.load import Load, TokenCount

_Z95 = 1.6448536269514715
_MAX_P95_RATIO = math.exp(_Z95**2 / 2)
"""The largest p95 ÷ mean a lognormal can have (3.87, at σ = z95)."""

QUANTILES = {"p50": 0.50, "p90": 0.90, "p95": 0.95, "p99": 0.99}
Z = {"p50": 0.0, "p90": 1.2815515655446008, "p95": _Z95, "p99": 2.3263478740408408}
"""Standard normal quantiles, as `statistics.NormalDist` gives them; importing that costs a plan 8 ms."""


@record
class Lengths:
    """Lognormal token counts: a mean and the shape σ that its 95th percentile implies."""

    mean: float
    sigma: float

    @classmethod
    def of(cls, length: Length) -> "Lengths":
        """Fit the lognormal to a mean and a p95.

        For a lognormal, p95 ÷ mean = exp(z95 σ - σ²/2); the smaller root is taken. A ratio above
        3.87 cannot occur in a lognormal and is clamped there.
        """
        ratio = min(length.p95 / length.mean, _MAX_P95_RATIO)
        return cls(length.mean, _Z95 - math.sqrt(max(_Z95**2 - 2 * math.log(ratio), 0.0)))

    def quantile(self, z: float) -> float:
        """The token count at standard normal score `z`."""
        return self.mean * math.exp(z * self.sigma - self.sigma**2 / 2)

    @property
    def cv2(self) -> float:
        """Squared coefficient of variation, exp(σ²) - 1."""
        return math.exp(self.sigma**2) - 1


NOTHING = Lengths(0.0, 0.0)
"""The lengths of answers where nothing is answered in tokens."""


@record
class Traffic:
    """The load of a workload, normalised.

    Exactly one of `peak_qps` (requests or tasks per second) and `peak_concurrency` (requests in flight) is
    set. `hourly` holds fractions of the peak for the hours of a day or a week.
    """

    peak_qps: float | None
    peak_concurrency: float | None
    hourly: tuple[float, ...]
    input_tok: Lengths
    output_tok: Lengths
    shared_prefix_tok: float
    profile_assumed: bool

    @property
    def mean_fraction(self) -> float:
        """Mean load as a fraction of the peak."""
        return math.fsum(self.hourly) / len(self.hourly)

    def reaching(self, share: float) -> "Traffic":
        """Take the same traffic of which only a share arrives."""
        qps, in_flight = self.peak_qps, self.peak_concurrency
        return replace(
            self,
            peak_qps=qps * share if qps is not None else None,
            peak_concurrency=in_flight * share if in_flight is not None else None,
        )

    @property
    def new_input_tok(self) -> float:
        """Prompt tokens that must be computed: the mean prompt less the cached shared prefix."""
        return max(self.input_tok.mean - self.shared_prefix_tok, 1.0)


def diurnal(mean_fraction: float) -> tuple[float, ...]:
    """Shape 24 hours that peak at 1 and average `mean_fraction`.

    load(h) = ((1 + cos(2πh/24)) / 2)^k, with k found by bisection: k = 0 is flat, k = 1 a sinusoid.
    An assumption, not a measurement; the plan prints it.
    """
    if mean_fraction >= 1:
        return (1.0,) * 24
    wave = [(1 + math.cos(2 * math.pi * hour / 24)) / 2 for hour in range(24)]
    low, high = 0.0, 1.0
    while math.fsum(w**high for w in wave) / 24 > mean_fraction and high < 1e6:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        if math.fsum(w**middle for w in wave) / 24 > mean_fraction:
            low = middle
        else:
            high = middle
    return tuple(round(w**high, 6) for w in wave)


def lengths_of(load: Load, architecture: Architecture | None) -> RequestLengths:
    """Take the lengths of a request from the spec, and defaults within the model's context for the rest."""
    answers = architecture is None or architecture.generates
    context = architecture.max_context_tok if architecture is not None else 0
    answer = _given(load.output_tokens) if answers else None
    return request_lengths(_given(load.input_tokens), answer, context)


def _given(count: TokenCount | None) -> Given:
    return Given(count.mean, count.p95) if count is not None else Given()


def traffic_of(load: Load, architecture: Architecture | None = None) -> Traffic:
    """Normalise the spec's load; fill what it leaves open with the documented defaults.

    Where a cold cache may break the sla, what it answers is no load at the peak either.
    """
    assumed, rate = False, load.queue.tasks_per_s if load.queue is not None else load.rate
    if load.profile is not None:
        hourly = load.profile
    elif rate is not None and rate.average is not None and rate.average < rate.peak:
        hourly = diurnal(rate.average / rate.peak)
        assumed = True
    else:
        hourly = (1.0,)
    lengths, cache = lengths_of(load, architecture), load.cache
    missed = 1 - cache.hit if cache is not None and cache.cold_start_ok else 1
    return Traffic(
        peak_qps=rate.peak * missed if rate is not None else None,
        peak_concurrency=load.concurrency * missed if load.concurrency is not None else None,
        hourly=hourly,
        input_tok=Lengths.of(lengths.prompt),
        output_tok=Lengths.of(lengths.answer) if lengths.answer.mean else NOTHING,
        shared_prefix_tok=load.shared_prefix_tokens,
        profile_assumed=assumed,
    )
