"""Two types serve one load as cheaply as enumeration finds, and a Service spreads it as it is told."""

from decimal import Decimal
from itertools import product
from random import Random

import pytest

from plimsoll.sizing.mix import Mix, MixServer, best_mix, overloaded, weights

L4 = MixServer("L4", Decimal("0.8048"), (4.0, 0.0))
L40S = MixServer("L40S", Decimal("1.861"), (6.0, 1.5))
SHORT_AND_LONG = (20.0, 3.0)


def test_short_requests_on_small_cards_and_long_ones_on_large() -> None:
    assert best_mix(SHORT_AND_LONG, [L40S]) == Mix((("L40S", 6),), Decimal("11.166"))
    assert best_mix(SHORT_AND_LONG, [L4]) is None
    mix = best_mix(SHORT_AND_LONG, [L4, L40S])
    assert mix == Mix((("L4", 5), ("L40S", 2)), Decimal("7.7460"))


def test_an_even_spread_overloads_the_smaller_of_two_and_weights_do_not() -> None:
    assert overloaded(100, (84, 42)) == (1,)
    assert weights((84, 42)) == (67, 33)
    assert overloaded(100, (84, 42), weights((84, 42))) == ()


@pytest.mark.parametrize("seed", range(8))
def test_no_other_count_of_two_types_is_cheaper(seed: int) -> None:
    draw = Random(seed)
    servers = [
        MixServer(
            name,
            Decimal(draw.randint(1, 40)) / 10,
            tuple(draw.choice([0.0, 1.0, 2.0, 3.0, 5.0]) for _ in "ab"),
        )
        for name in "abc"
    ]
    load = (draw.randint(0, 12), draw.randint(1, 12))
    best = best_mix(load, servers)
    fits = [
        counts[0] * one.usd_per_hour + counts[1] * two.usd_per_hour
        for one, two in product(servers, servers)
        for counts in product(range(13), range(13))
        if _carries(load, ((one, counts[0]), (two, counts[1])))
    ]
    # Thirteen of a type carry any load drawn here, or none of a bucket at all.
    if best is None:
        assert not fits
    elif fits:
        assert best.usd_per_hour <= min(fits)


def _carries(load: tuple[int, int], mix: tuple[tuple[MixServer, int], ...]) -> bool:
    """Give a part of the first type's time to the first bucket, the rest to the second, in many steps."""
    (one, first), (two, second) = mix
    for step in range(121):
        part = step / 120
        served = (
            first * part * one.per_s[0],
            first * (1 - part) * one.per_s[1],
        )
        rest = [max(need - got, 0.0) for need, got in zip(load, served, strict=True)]
        if any(need > 0 and not rate for need, rate in zip(rest, two.per_s, strict=True)):
            continue
        if sum(need / rate for need, rate in zip(rest, two.per_s, strict=True) if rate) <= second:
            return True
    return False
