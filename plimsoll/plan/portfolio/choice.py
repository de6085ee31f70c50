"""The joint choice takes one way for each workload: the least of all that keep every limit, exactly.

A way has a rank and takes so much of each limit; ranks add up, and so does what is taken. Ways of one group
share an opening (a cluster and its region), which counts once. The search is branch and bound over what no
other way of its workload beats; its bound is the Lagrangian of the limits (Fisher, "The Lagrangian Relaxation
Method for Solving Integer Programming Problems", Management Science 27, 1981), in whole numbers, so that no
rounding decides. Where ways draw on one pot their ranks are bounds, and what they cost together is asked.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from plimsoll.ground.start_up import record

MOST_STEPS = 1_000_000
"""Branches that are looked at before the best found so far is taken: seconds; 20 workloads need far fewer."""

_ASKED = 200
"""Steps that it counts to ask what ways of one pot cost together: it takes as long as that many."""

_ROUNDS, _STALE = 200, 8
"""Steps of the subgradient that prices the limits, and steps without gain after which they are halved."""


Sum = tuple[int, tuple[int, ...]]
"""A rank, and what is taken of each limit."""


@record
class Most:
    """The most that a way adds to any choice where it draws on a pot, and the names of what it makes to pay.

    `part` is the caller's own; here nothing depends on it.
    """

    rank: int
    takes: tuple[int, ...]
    opens: frozenset[str]
    part: Any


@record
class Way:
    """One way to serve a workload: its rank, what it takes of each limit, the group whose opening it needs.

    Where it draws on a pot, these are the least that it adds to any choice, and `most` the most. `mark` is
    the caller's own name of it; here nothing depends on it.
    """

    rank: int
    takes: tuple[int, ...]
    group: str
    mark: int
    most: Most | None = None


@record
class Pooled:
    """A pot that ways draw on: what several cost `together`, openings included, and the most that it saves.

    `together(ways, exact)` bounds from below what every choice with these ways costs, unless it is exact. No
    choice has a rank of `beyond` or more.
    """

    together: Callable[[Sequence[Way], bool], Sum]
    saves: Sum
    beyond: int


@record
class Terms:
    """What may be taken of each limit, and what opening a group adds: its rank, and what it takes.

    Where ways draw on a pot, an opening too is the least that it adds.
    """

    limits: tuple[int, ...]
    openings: Mapping[str, Sum]
    pooled: Pooled | None = None


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
        beaten = any(each.group == way.group and _beats(each, way) for each in kept)
        if fits and not beaten:
            kept.append(way)
    return kept


def _beats(one: Way, other: Way) -> bool:
    """Say whether a way of no higher rank makes another of its group needless, whatever else is chosen."""
    if one.most is None or other.most is None:
        return _within(one.takes, other.takes)
    opens = one.most.opens <= other.most.opens
    return opens and one.most.rank <= other.rank and _within(one.most.takes, other.takes)


def _within(takes: Sequence[int], limits: Sequence[int]) -> bool:
    return all(take <= limit for take, limit in zip(takes, limits, strict=True))


class _Bound:
    """From each depth on: the least rank, the least rank with what is taken paid, the least taken."""

    def __init__(self, lists: Sequence[Sequence[Sum]], prices: Sequence[int]) -> None:
        self._prices = prices
        self._least = _sums_from(min(rank for rank, _ in sums) for sums in lists)
        self._paid = _sums_from(min(rank + _dot(prices, takes) for rank, takes in sums) for sums in lists)
        self._needs = [
            _sums_from(min(takes[index] for _, takes in sums) for sums in lists)
            for index in range(len(prices))
        ]

    def passed(self, depth: int, so_far: Sum, limits: Sequence[int], best: int) -> bool:
        """Say whether nothing below a branch fits, or beats the best."""
        rank, takes = so_far
        left = [limit - take for limit, take in zip(limits, takes, strict=True)]
        if any(needs[depth] > room for needs, room in zip(self._needs, left, strict=True)):
            return True
        return rank + max(self._least[depth], self._paid[depth] - _dot(self._prices, left)) >= best


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
        self._offered: set[tuple[int, ...]] = set()

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
        return _dot(self._prices, takes)

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
        marks = tuple(way.mark for way in ways)
        if marks in self._offered:
            return
        self._offered.add(marks)
        rank, takes = self._opened({way.group for way in ways})
        for way in ways:
            rank, takes = rank + way.rank, _plus(takes, way.takes)
        self._keep(ways, (rank, takes))

    def _keep(self, ways: Sequence[Way], least: Sum) -> None:
        if self._good(least) and self._good(whole := self._together(ways, least, exact=True)):
            self._best = (whole[0], list(ways))

    def _good(self, whole: Sum) -> bool:
        rank, takes = whole
        return _within(takes, self._terms.limits) and (self._best is None or rank < self._best[0])

    def _together(self, ways: Sequence[Way], added_up: Sum, *, exact: bool) -> Sum:
        """Take what ways cost together: what they add up to, unless they draw on a pot."""
        if self._terms.pooled is None:
            return added_up
        self._steps += _ASKED
        return self._terms.pooled.together(ways, exact)

    def _bound_from(self) -> None:
        """Bound what is left from each depth on; and what is left where nothing is drawn from a pot."""
        least = [[(way.rank, way.takes) for way in ways] for ways in self._lists]
        self._bound = _Bound(least, self._prices)
        most = [[_most_of(way) for way in ways] for ways in self._lists]
        self._undrawn = _Bound(most, self._prices) if self._terms.pooled is not None else self._bound

    def _hopeless(self, depth: int, so_far: Sum, ways: Sequence[Way]) -> bool:
        """Say whether nothing below a branch fits, or beats the best."""
        limits, best = self._terms.limits, self._best[0] if self._best is not None else self._beyond
        if self._bound.passed(depth, so_far, limits, best):
            return True
        pooled = self._terms.pooled
        if pooled is None or not ways:
            return False
        return self._undrawn.passed(
            depth, _undrawn(so_far, ways, pooled.saves), limits, best
        ) or self._bound.passed(depth, self._together(ways, so_far, exact=False), limits, best)

    def _descend(
        self, depth: int, rank: int, takes: tuple[int, ...], groups: frozenset[str], ways: list[Way]
    ) -> None:
        if self._steps > MOST_STEPS or self._hopeless(depth, (rank, takes), ways):
            return
        if depth == len(self._lists):
            self._keep(ways, (rank, takes))
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


def _most_of(way: Way) -> Sum:
    return (way.rank, way.takes) if way.most is None else (way.most.rank, way.most.takes)


def _undrawn(so_far: Sum, ways: Sequence[Way], saves: Sum) -> Sum:
    """Bound what ways cost from what they would if nothing were drawn, and the most that the pot saves."""
    rank, takes = (
        so_far[0] - saves[0],
        [take - saved for take, saved in zip(so_far[1], saves[1], strict=True)],
    )
    for way in ways:
        most, taken = _most_of(way)
        rank += most - way.rank
        takes = [take + more - less for take, more, less in zip(takes, taken, way.takes, strict=True)]
    return rank, tuple(takes)


def _most(lists: Sequence[Sequence[Way]], terms: Terms) -> int:
    """The highest rank that any choice can have."""
    if terms.pooled is not None:
        return terms.pooled.beyond
    openings = sum(rank for rank, _ in terms.openings.values())
    return openings + sum(max(way.rank for way in ways) for ways in lists)


def _spread(ways: Sequence[Way]) -> int:
    return max(way.rank for way in ways) - min(way.rank for way in ways)


def _plus(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _dot(prices: Sequence[int], takes: Sequence[int]) -> int:
    return sum(price * take for price, take in zip(prices, takes, strict=True))


def _sums_from(values: Iterator[int]) -> list[int]:
    """Sum the values from each place to the end; the last sum is of nothing."""
    return [*accumulate(reversed(list(values)), initial=0)][::-1]
