"""The dearest way to fill a set of limits with nodes.

A pool that admits several instance types may be filled with any mixture of them, so its ceiling is the
optimum of an unbounded knapsack with one capacity per limit. It is solved by branch and bound over
integers, which is exact; a search that grows too long falls back to the relaxation, which is never less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

SEARCH_STEPS = 4_000
"""Branches tried before the relaxed bound is taken instead. Real pools need fewer than 100."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a limit can be filled with: its value, and how much of each limit it uses. All integers."""

    name: str
    value: int
    uses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fill:
    """The dearest fill: how many of each choice, and the most any fill can be worth.

    `exact` is false where the search was cut: then `value` is the relaxed bound, set by the limit number
    `binding`, and `counts` is empty.
    """

    counts: tuple[tuple[str, int], ...]
    value: int
    exact: bool = True
    binding: int = -1
    most: int = 0
    """No fill has more nodes than this; exact when there is one choice."""


class UnlimitedFillError(Exception):
    """A choice uses none of the limits, so nothing bounds how many there can be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@lru_cache(maxsize=4096)
def dearest_fill(choices: tuple[Choice, ...], limits: tuple[int, ...]) -> Fill:
    """Find the dearest multiset of choices whose uses stay within every limit.

    Raises `UnlimitedFillError` where a choice of some value uses none of the limits.
    """
    for choice in choices:
        if not any(choice.uses):
            raise UnlimitedFillError(choice.name)
    fitting = [c for c in choices if _copies(c, limits) > 0]
    if not fitting:
        return Fill((), 0)
    most = (
        min(
            limit // smallest
            for index, limit in enumerate(limits)
            if (smallest := min(c.uses[index] for c in fitting)) > 0
        )
        if _some_limit_binds_all(fitting, limits)
        else _most_by_sum(fitting, limits)
    )
    search = _Search(_undominated(fitting), limits)
    return search.run(most)


def _copies(choice: Choice, room: Sequence[int]) -> int:
    return min(room[i] // use for i, use in enumerate(choice.uses) if use)


def _relaxed_worth(choice: Choice, limits: Sequence[int]) -> int:
    return min(choice.value * limits[i] // use for i, use in enumerate(choice.uses) if use)


def _some_limit_binds_all(choices: Sequence[Choice], limits: Sequence[int]) -> bool:
    return any(all(c.uses[i] > 0 for c in choices) for i in range(len(limits)))


def _most_by_sum(choices: Sequence[Choice], limits: Sequence[int]) -> int:
    """Bound the node count where each limit binds only some choices: no choice exceeds its own fill."""
    return sum(_copies(choice, limits) for choice in choices)


def _undominated(choices: Sequence[Choice]) -> list[Choice]:
    """Drop a choice where another is worth as much and uses no more: the optimum stays."""
    kept: list[Choice] = []
    for choice in sorted(choices, key=lambda c: (-c.value, sum(c.uses), c.uses, c.name)):
        if not any(all(a <= b for a, b in zip(k.uses, choice.uses, strict=True)) for k in kept):
            kept.append(choice)
    return kept


class _Search:
    """Depth-first branch and bound; the bound is the best ratio of value to use under each limit alone."""

    def __init__(self, choices: list[Choice], limits: tuple[int, ...]) -> None:
        self.limits = limits
        self.choices = sorted(choices, key=lambda c: (-_relaxed_worth(c, limits), c.name))
        self.best_value = -1
        self.best_counts: tuple[int, ...] = ()
        self.steps = 0
        self.tails = [self._ratios(self.choices[index:]) for index in range(len(self.choices))]

    def _ratios(self, tail: Sequence[Choice]) -> list[tuple[int, int] | None]:
        """For each limit the choice with the best value per use, or None if some choice uses none of it."""
        ratios: list[tuple[int, int] | None] = []
        for i in range(len(self.limits)):
            if any(c.uses[i] == 0 for c in tail):
                ratios.append(None)
                continue
            best = tail[0]
            for c in tail[1:]:
                if c.value * best.uses[i] > best.value * c.uses[i]:
                    best = c
            ratios.append((best.value, best.uses[i]))
        return ratios

    def bound(self, index: int, room: Sequence[int]) -> tuple[int, int]:
        """Bound the value that the choices from `index` on can add, and say which limit sets it."""
        bounds = [
            (room[i] * ratio[0] // ratio[1], i)
            for i, ratio in enumerate(self.tails[index])
            if ratio is not None
        ]
        if bounds:
            return min(bounds)
        return sum(c.value * _copies(c, room) for c in self.choices[index:]), -1

    def run(self, most: int) -> Fill:
        """Search; fall back to the bound at the root when there are too many branches."""
        self._descend(0, self.limits, 0, ())
        if self.steps > SEARCH_STEPS:
            value, binding = self.bound(0, self.limits)
            return Fill((), value, exact=False, binding=binding, most=most)
        counts = tuple(
            (choice.name, count)
            for choice, count in zip(self.choices, self.best_counts, strict=False)
            if count
        )
        return Fill(tuple(sorted(counts)), self.best_value, most=most)

    def _descend(self, index: int, room: Sequence[int], value: int, counts: tuple[int, ...]) -> None:
        if value > self.best_value:
            self.best_value, self.best_counts = value, counts
        if index == len(self.choices):
            return
        choice = self.choices[index]
        last = index + 1 == len(self.choices)
        best_ratio_at = -1 if last else self._beats_the_rest(index)
        for count in range(_copies(choice, room), -1, -1):
            self.steps += 1
            if self.steps > SEARCH_STEPS:
                return
            left = [r - count * use for r, use in zip(room, choice.uses, strict=True)]
            reached = value + count * choice.value
            if reached + (0 if last else self.bound(index + 1, left)[0]) > self.best_value:
                self._descend(index + 1, left, reached, (*counts, count))
            if last or self._fewer_is_worse(index, best_ratio_at, reached, left):
                return

    def _beats_the_rest(self, index: int) -> int:
        """Name a limit under which this choice is worth at least as much per use as any later one."""
        choice = self.choices[index]
        for i, ratio in enumerate(self.tails[index + 1]):
            if ratio is not None and choice.uses[i] and choice.value * ratio[1] >= ratio[0] * choice.uses[i]:
                return i
        return -1

    def _fewer_is_worse(self, index: int, limit: int, reached: int, left: Sequence[int]) -> bool:
        """Under that limit the bound only falls as the count does: once it is no better, stop."""
        if limit < 0:
            return False
        ratio = self.tails[index + 1][limit]
        assert ratio is not None
        return reached + left[limit] * ratio[0] // ratio[1] <= self.best_value
