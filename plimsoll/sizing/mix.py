"""A mix serves one load on two types: how many of each, exactly, and when one Service can spread it.

Lengths are in two buckets, as in Mélange (arXiv 2404.14527): a replica of a type carries so many requests of
one bucket per second, or so many of the other, or any blend of both. Prices are of an hour.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from plimsoll.ground.start_up import record
from plimsoll.sizing.nodes import round_up

WORTH = Decimal("0.9")
"""A mix is taken from a tenth below the best single type on: it has two pools to watch, and routing. Rule of
ours."""


@record
class MixServer:
    """One type as a server: its hourly price, and what one carries of each bucket alone, requests/s.

    0 where it cannot serve the bucket within the limits at all.
    """

    name: str
    usd_per_hour: Decimal
    per_s: tuple[float, ...]


@record
class Mix:
    """So many of each type, and what they cost in an hour."""

    counts: tuple[tuple[str, int], ...]
    usd_per_hour: Decimal


def best_mix(load_per_s: Sequence[float], servers: Sequence[MixServer]) -> Mix | None:
    """Choose the cheapest one or two types for the load of each bucket; None if none serves all of it.

    Exact: for each number of the first type, the second's is the least that carries what is left. Of equal
    prices the fewer servers win, then the names.
    """
    every = sorted(servers, key=lambda each: each.name)
    found = [mix for server in every if (mix := _alone(load_per_s, server)) is not None]
    for pair in combinations(every, 2):
        found += _pairs(load_per_s, *pair)
    return min(
        found, key=lambda mix: (mix.usd_per_hour, sum(n for _, n in mix.counts), mix.counts), default=None
    )


def _alone(load_per_s: Sequence[float], server: MixServer) -> Mix | None:
    left = _left(load_per_s, server, None, 0)
    if left is None:
        return None
    count = round_up(left)
    return Mix(((server.name, count),), count * server.usd_per_hour)


def _pairs(load_per_s: Sequence[float], first: MixServer, second: MixServer) -> Iterator[Mix]:
    most = sum(load / rate for load, rate in zip(load_per_s, first.per_s, strict=True) if rate)
    for count in range(1, round_up(most) + 1):
        left = _left(load_per_s, second, first, count)
        if left is not None and (others := round_up(left)):
            usd = count * first.usd_per_hour + others * second.usd_per_hour
            yield Mix(((first.name, count), (second.name, others)), usd)


def _left(
    load_per_s: Sequence[float], server: MixServer, beside: MixServer | None, count: int
) -> float | None:
    """Count the servers that are left to find, fractions too, beside `count` of another type.

    The others take first what costs this type most of its time for each second of theirs; None if this type
    cannot serve what is left.
    """
    room, left = float(count), 0.0
    theirs = beside.per_s if beside is not None else tuple(0.0 for _ in load_per_s)
    buckets = sorted(
        zip(load_per_s, server.per_s, theirs, strict=True),
        key=lambda each: (each[1] > 0, each[1] / each[2] if each[2] else float("inf")),
    )
    for load, own, other in buckets:
        taken = min(load, room * other)
        room -= taken / other if other else 0.0
        rest = load - taken
        if rest > 1e-9:
            if not own:
                return None
            left += rest / own
    return left


def weights(per_s: Sequence[float]) -> tuple[int, ...]:
    """Weigh each server of a Service by what it carries, in whole percent that add up to a hundred."""
    total = sum(per_s)
    whole = [int(100 * each / total) for each in per_s]
    order = sorted(range(len(per_s)), key=lambda place: whole[place] - 100 * per_s[place] / total)
    for place in order[: 100 - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def overloaded(qps: float, per_s: Sequence[float], spread: Sequence[float] | None = None) -> tuple[int, ...]:
    """Name the servers, by place, that get more than they carry; `spread` is even unless it is given."""
    parts = spread or [1.0] * len(per_s)
    return tuple(
        place
        for place, (part, most) in enumerate(zip(parts, per_s, strict=True))
        if qps * part / sum(parts) > most + 1e-9
    )
