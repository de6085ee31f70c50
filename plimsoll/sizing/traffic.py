"""Traffic says how much arrives, hour by hour, and how long prompts and answers are."""

import math

from plimsoll.ground.start_up import record
from plimsoll.spec import defaults
from plimsoll.spec.workload import Load, TokenCount

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
    def of(cls, count: TokenCount | None, default_mean: float, longest: float = math.inf) -> "Lengths":
        """Fit the lognormal to the spec's mean and p95; a p95 that it leaves out is at most `longest`."""
        mean = count.mean if count is not None else default_mean
        if count is not None and count.p95 is not None:
            return cls.between(mean, count.p95)
        return cls.between(mean, max(min(defaults.P95_RATIO * mean, longest), mean))

    @classmethod
    def between(cls, mean: float, p95: float) -> "Lengths":
        """Fit the lognormal to a mean and a 95th percentile.

        For a lognormal, p95 ÷ mean = exp(z95 σ - σ²/2); the smaller root is taken. A ratio above
        3.87 cannot occur in a lognormal and is clamped there.
        """
        ratio = min(p95 / mean, _MAX_P95_RATIO)
        return cls(mean, _Z95 - math.sqrt(max(_Z95**2 - 2 * math.log(ratio), 0.0)))

    def quantile(self, z: float) -> float:
        """The token count at standard normal score `z`."""
        return self.mean * math.exp(z * self.sigma - self.sigma**2 / 2)

    @property
    def cv2(self) -> float:
        """Squared coefficient of variation, exp(σ²) - 1."""
        return math.exp(self.sigma**2) - 1


@record
class Traffic:
    """The load of a workload, normalised.

    Exactly one of `peak_qps` (requests per second) and `peak_concurrency` (requests in flight) is
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


def traffic_of(load: Load, context_tok: int = 0, *, generates: bool = True) -> Traffic:
    """Normalise the spec's load; fill what it leaves open with the documented defaults.

    Defaults never exceed a model's context: a mean is at most a quarter of it, a 95th percentile what the
    other length leaves. `context_tok` of 0 is unknown, and bounds nothing.
    """
    assumed = False
    if load.profile is not None:
        hourly = load.profile
    elif load.qps is not None and load.qps.average is not None and load.qps.average < load.qps.peak:
        hourly = diurnal(load.qps.average / load.qps.peak)
        assumed = True
    else:
        hourly = (1.0,)
    prompt, answer = _lengths(load, context_tok, generates=generates)
    return Traffic(
        peak_qps=load.qps.peak if load.qps is not None else None,
        peak_concurrency=load.concurrency,
        hourly=hourly,
        input_tok=prompt,
        output_tok=answer,
        shared_prefix_tok=load.shared_prefix_tokens,
        profile_assumed=assumed,
    )


def _lengths(load: Load, context_tok: int, *, generates: bool) -> tuple[Lengths, Lengths]:
    """Fit prompts and answers; what the percentile of prompts leaves bounds that of answers."""
    prompt, answer = load.input_tokens, load.output_tokens
    mean = answer.mean if answer is not None else defaults.tokens_within(defaults.OUTPUT_TOKENS, context_tok)
    said = answer.p95 if answer is not None and answer.p95 is not None else mean
    context = context_tok or math.inf
    default = defaults.tokens_within(defaults.INPUT_TOKENS, context_tok)
    read = Lengths.of(prompt, default, context - (said if generates else 0.0))
    return read, Lengths.of(answer, mean, context - read.quantile(_Z95))
