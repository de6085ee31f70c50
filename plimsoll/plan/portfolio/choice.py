"""The joint choice takes one way for each workload: the least of all that keep every limit, exactly.

A way has a rank and takes so much of each limit; ranks add up, and so does what is taken. Ways of one group
share an opening (a cluster and its region), which counts once. The search is branch and bound over what no
other way of its workload beats; its bound is the Lagrangian of the limits (Fisher, "The Lagrangian Relaxation
Method for Solving Integer Programming Problems", Management Science 27, 1981), in whole numbers, so that no
rounding decides.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate

from plimsoll.ground.start_up import record

MOST_STEPS = 1_000_000
"""Branches that are looked at before the best found so far is taken: seconds; 20 workloads need far fewer."""

_ROUNDS, _STALE = 200, 8
"""Steps of the subgradient that prices the limits, and steps without gain after which they are halved."""


@record
class Way:
    """One way to serve a workload: its rank, what it takes of each limit, the group whose opening it needs.

    `mark` is the caller's own name of it; here nothing depends on it.
    """

    rank: int
    takes: tuple[int, ...]
    group: str
    mark: int


@record
class Terms:
    """What may be taken of each limit, and what opening a group adds: its rank, and what it takes."""

    limits: tuple[int, ...]
    openings: Mapping[str, tuple[int, tuple[int, ...]]]


@record
class JointChoice:
    """One way of each workload; `proven` unless the search was cut short."""

    ways: tuple[Way, ...]
    proven: bool


_FINE = 1 << 60
"""Fractions are whole numbers of this: a rank may have more digits than a float has room for."""


def choose(lists: Sequence[Sequence[Way]], terms: Terms) -> JointChoice | None:
    """Choose one way from each list: the lowest sum of ranks within every limit; None if nothing fits.

    Ranks that are unique as sums make the choice unique. None is also the answer of a search that was cut
    short before it found anything.
    """
    kept = [_undominated(ways, terms) for ways in lists]
    if not all(kept):
        return None
    return _Search(kept, terms).best()


def _undominated(ways: Sequence[Way], terms: Terms) -> list[Way]:
    """Leave out what no choice can hold, and what another of its group beats in rank and each limit."""
    kept: list[Way] = []
    for way in sorted(ways, key=lambda each: each.rank):
        fits = _within(_plus(way.takes, terms.openings[way.group][1]), terms.limits)
        beaten = any(each.group == way.group and _within(each.takes, way.takes) for each in kept)
        if fits and not beaten:
            kept.append(way)
    return kept


def _within(takes: Sequence[int], limits: Sequence[int]) -> bool:
    return all(take <= limit for take, limit in zip(takes, limits, strict=True))


class _Search:
    """One run of branch and bound: workloads in the order of the fewest ways, ways cheapest first."""

    def __init__(self, lists: Sequence[Sequence[Way]], terms: Terms) -> None:
        self._order = sorted(range(len(lists)), key=lambda index: (-_spread(lists[index]), index))
        self._lists: list[list[Way]] = [list(lists[index]) for index in self._order]
        self._terms = terms
        self._groups = self._certain()
        self._steps = 0
        self._prices: tuple[int, ...] = (0,) * len(terms.limits)
        self._beyond = _most(lists, terms) + 1
        self._best: tuple[int, list[Way]] | None = None

    def best(self) -> JointChoice | None:
        rank, takes = self._opened(self._groups)
        self._prices = self._priced(rank, takes)
        for ways in self._lists:
            ways.sort(key=lambda way: (way.rank + self._paid(way.takes), way.rank))
        self._bound_from()
        self._descend(0, rank, takes, self._groups, [])
        if self._best is None:
            return None
        found = dict(zip(self._order, self._best[1], strict=True))
        return JointChoice(tuple(found[index] for index in sorted(found)), self._steps <= MOST_STEPS)

    def _certain(self) -> frozenset[str]:
        """The groups that every choice opens."""
        only = ({way.group for way in ways} for ways in self._lists)
        return frozenset(group for groups in only if len(groups) == 1 for group in groups)

    def _opened(self, groups: Collection[str]) -> tuple[int, tuple[int, ...]]:
        """What opening the groups adds: the rank, and what is taken."""
        rank, takes = 0, (0,) * len(self._terms.limits)
        for group in groups:
            more, opening = self._terms.openings[group]
            rank, takes = rank + more, _plus(takes, opening)
        return rank, takes

    def _paid(self, takes: Sequence[int]) -> int:
        return sum(price * take for price, take in zip(self._prices, takes, strict=True))

    def _priced(self, rank: int, takes: tuple[int, ...]) -> tuple[int, ...]:
        """Price the limits by subgradient steps; a choice that fits on the way is the first to beat.

        Any prices bound rightly: these only bound well. A step moves each limit by its own measure.
        """
        limits = self._terms.limits
        best: tuple[int, tuple[int, ...]] | None = None
        scale, stale = 2.0, 0
        for _ in range(_ROUNDS):
            ways = self._cheapest()
            needs = takes
            for way in ways:
                needs = _plus(needs, way.takes)
            over = [need - limit for need, limit in zip(needs, limits, strict=True)]
            value = rank + sum(way.rank for way in ways) + self._paid(over)
            self._offer(ways)
            stale += 1
            if best is None or value > best[0]:
                best, stale = (value, self._prices), 0
            if stale > _STALE:
                scale, stale = scale / 2, 0
            if not any(over):
                break
            self._prices = self._moved(over, value, scale)
        return best[1] if best is not None else self._prices

    def _cheapest(self) -> list[Way]:
        """The way of each workload that is cheapest when what it takes is paid."""
        return [
            min(ways, key=lambda way: (way.rank + self._paid(way.takes), way.rank)) for ways in self._lists
        ]

    def _moved(self, over: Sequence[int], value: int, scale: float) -> tuple[int, ...]:
        """Raise the prices of limits that are exceeded, lower those of others: by Polyak's step."""
        gap = max((self._best[0] if self._best is not None else self._beyond) - value, 1)
        measures = [max(limit, 1) for limit in self._terms.limits]
        shares = [more / measure for more, measure in zip(over, measures, strict=True)]
        length = sum(share * share for share in shares)
        moves = [scale * share / measure / length for share, measure in zip(shares, measures, strict=True)]
        return tuple(
            max(price + gap * int(move * _FINE) // _FINE, 0)
            for price, move in zip(self._prices, moves, strict=True)
        )

    def _offer(self, ways: Sequence[Way]) -> None:
        """Keep a whole choice if it fits and beats the best so far."""
        rank, takes = self._opened({way.group for way in ways})
        for way in ways:
            rank, takes = rank + way.rank, _plus(takes, way.takes)
        if _within(takes, self._terms.limits) and (self._best is None or rank < self._best[0]):
            self._best = (rank, list(ways))

    def _bound_from(self) -> None:
        """From each depth on: the least rank, the least rank with what is taken paid, the least taken."""
        self._least = _sums_from(min(way.rank for way in ways) for ways in self._lists)
        self._least_paid = _sums_from(
            min(way.rank + self._paid(way.takes) for way in ways) for ways in self._lists
        )
        self._needs = [
            _sums_from(min(way.takes[index] for way in ways) for ways in self._lists)
            for index in range(len(self._terms.limits))
        ]

    def _hopeless(self, depth: int, rank: int, takes: tuple[int, ...]) -> bool:
        """Say whether nothing below a branch fits, or beats the best."""
        left = [limit - take for limit, take in zip(self._terms.limits, takes, strict=True)]
        if any(needs[depth] > room for needs, room in zip(self._needs, left, strict=True)):
            return True
        bound = max(self._least[depth], self._least_paid[depth] - self._paid(left))
        return rank + bound >= (self._best[0] if self._best is not None else self._beyond)

    def _descend(
        self, depth: int, rank: int, takes: tuple[int, ...], groups: frozenset[str], ways: list[Way]
    ) -> None:
        if self._hopeless(depth, rank, takes) or self._steps > MOST_STEPS:
            return
        if depth == len(self._lists):
            self._best = (rank, list(ways))
            return
        for way in self._lists[depth]:
            self._steps += 1
            added, taken = rank + way.rank, _plus(takes, way.takes)
            if way.group not in groups:
                more, opening = self._terms.openings[way.group]
                added, taken = added + more, _plus(taken, opening)
            ways.append(way)
            self._descend(depth + 1, added, taken, groups | {way.group}, ways)
            ways.pop()


def _most(lists: Sequence[Sequence[Way]], terms: Terms) -> int:
    """The highest rank that any choice can have."""
    openings = sum(rank for rank, _ in terms.openings.values())
    return openings + sum(max(way.rank for way in ways) for ways in lists)


def _spread(ways: Sequence[Way]) -> int:
    return max(way.rank for way in ways) - min(way.rank for way in ways)


def _plus(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _sums_from(values: Iterator[int]) -> list[int]:
    """Sum the values from each place to the end; the last sum is of nothing."""
    return [*accumulate(reversed(list(values)), initial=0)][::-1]
