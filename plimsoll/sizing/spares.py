"""Spare replicas stand in for a zone that fails, and for spot capacity that is taken back."""

import math
from collections.abc import Sequence

from plimsoll.ground.units import HOURS_PER_MONTH

EXACT_POISSON_MEAN = 500.0

ZONE_TOLERANCE_FROM = 0.999
"""Availability from which one zone may fail without breaking the peak (INTERFACE)."""

SPARE_FROM = 0.9999
"""Availability from which one replica more than the zone rule asks for is kept. Assumption."""

UNKNOWN_INTERRUPTION = 0.20
"""Monthly interruption where AWS publishes no band for the type: the edge of the worst named band."""

MOST_INTERRUPTION = 0.40
"""Stands for AWS's open-ended band (> 20 % a month), whose edge the feed gives as 100 %. Assumption."""


def monthly_interruption(band_edge: float | None) -> float:
    """The chance that a spot instance is taken back within a month, 0 to 1."""
    if band_edge is None:
        return UNKNOWN_INTERRUPTION
    return min(band_edge, MOST_INTERRUPTION)


def tolerates_zone(availability: float) -> bool:
    """Say whether one zone must be able to fail without breaking the peak."""
    return availability >= ZONE_TOLERANCE_FROM


def with_zone_spares(needed: int, zones: int, availability: float) -> int | None:
    """Replicas such that the fullest zone may fail and `needed` remain; None if zones are too few.

    Replicas are spread evenly, so the fullest of z zones holds ⌈n ÷ z⌉ and the smallest n that
    leaves enough is needed + ⌈needed ÷ (z - 1)⌉.
    """
    if not tolerates_zone(availability):
        return needed
    if zones < 2:
        return None
    return needed + -(-needed // (zones - 1)) + spare_beyond_zone(availability)


def spare_beyond_zone(availability: float) -> int:
    """Replicas to keep beyond what the loss of a zone asks for."""
    return 1 if availability >= SPARE_FROM else 0


def survives_zone(pools: Sequence[int], zones: int, needed: int) -> bool:
    """Say whether `needed` replicas remain when the zone that is fullest of every pool fails.

    Each pool is spread on its own, so the fullest zones of all of them may be the same one.
    """
    return sum(pools) - sum(-(-replicas // zones) for replicas in pools) >= needed


def spot_spares(replicas: int, interruption: float, recovery_s: float, availability: float) -> int:
    """Replicas to add so that those in recovery at once are covered with the asked availability.

    Interruptions are a Poisson process with rate -ln(1 - p) per month and replica; each takes a
    replica away for the time a new node needs. The spares are the Poisson quantile of the replicas
    that are away. Assumption: interruptions are independent.
    """
    if replicas == 0:
        return 0
    per_hour = -math.log(1 - min(interruption, 0.99)) / float(HOURS_PER_MONTH)
    return poisson_quantile(replicas * per_hour * recovery_s / 3600, availability)


def poisson_quantile(mean: float, probability: float) -> int:
    """The smallest count that a Poisson variable stays within with a probability.

    Summed exactly up to a mean of 500; beyond, where the first term would underflow, the normal
    approximation with continuity correction, which errs by less than one there.
    """
    if mean > EXACT_POISSON_MEAN:
        from statistics import NormalDist  # 8 ms that no ordinary plan should pay

        return math.ceil(mean + NormalDist().inv_cdf(probability) * math.sqrt(mean) + 0.5)
    count, term = 0, math.exp(-mean)
    covered = term
    while covered < probability and term > 0:
        count += 1
        term *= mean / count
        covered += term
    return count
