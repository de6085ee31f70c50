"""The dearest way to fill a set of limits with nodes.

A pool that admits several instance types may be filled with any mixture of them, so its ceiling is the
optimum of an unbounded knapsack with one capacity per limit. It is solved by branch and bound over
integers, which is exact; a search that grows too long falls back to the relaxation, which is never less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import lcm

from plimsoll.pricing.relaxation import shadow_prices

SEARCH_STEPS = 3_000
"""Branches tried before the relaxed bound is taken instead. Real pools need a few dozen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a limit can be filled with: its value, and how much of each limit it uses. All integers."""

    name: str
    value: int
    uses: tuple[int, ...]

    def copies(self, room: Sequence[int]) -> int:
        """How many of it alone fit."""
        return min(room[i] // use for i, use in enumerate(self.uses) if use)


@dataclass(frozen=True, slots=True)
class Fill:
    """The dearest fill: how many of each choice, and the most that any fill can be worth.

    `exact` is false where the search was cut: then `value` is the relaxed bound and `counts` is empty.
    """

    counts: tuple[tuple[str, int], ...]
    value: int
    exact: bool = True


class UnlimitedFillError(Exception):
    """A choice uses none of the limits, so nothing bounds how many there can be."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@lru_cache(maxsize=4096)
def dearest_fill(choices: tuple[Choice, ...], limits: tuple[int, ...]) -> Fill:
    """Find the dearest multiset of choices whose uses stay within every limit.

    Raises `UnlimitedFillError` where a choice uses none of the limits.
    """
    for choice in choices:
        if not any(choice.uses):
            raise UnlimitedFillError(choice.name)
    fitting = [choice for choice in choices if choice.copies(limits) > 0]
    if not fitting:
        return Fill((), 0)
    return _Search(_undominated(fitting), limits).run()


def _undominated(choices: Sequence[Choice]) -> list[Choice]:
    """Drop a choice where another is worth as much and uses no more: the optimum stays."""
    kept: list[Choice] = []
    for choice in sorted(choices, key=lambda c: (-c.value, sum(c.uses), c.uses, c.name)):
        if not any(all(a <= b for a, b in zip(k.uses, choice.uses, strict=True)) for k in kept):
            kept.append(choice)
    return kept


class _Search:
    """Depth-first branch and bound, bounded by the shadow prices of the whole problem."""

    def __init__(self, choices: list[Choice], limits: tuple[int, ...]) -> None:
        prices = shadow_prices([c.value for c in choices], [c.uses for c in choices], limits)
        self.unit = lcm(*(price.denominator for price in prices))
        self.prices = [int(price * self.unit) for price in prices]
        self.limits = limits
        self.choices = sorted(choices, key=lambda c: (self._regret(c), -c.value, c.name))
        self.best_value = -1
        self.best_counts: tuple[int, ...] = ()
        self.steps = 0

    def _regret(self, choice: Choice) -> int:
        """What a choice's uses are worth above its own value: 0 for those that an ideal fill is made of."""
        return self._worth(choice.uses) - choice.value * self.unit

    def _worth(self, room: Sequence[int]) -> int:
        return sum(price * amount for price, amount in zip(self.prices, room, strict=True))

    def run(self) -> Fill:
        """Search; fall back to the relaxed bound when there are too many branches."""
        self._descend(0, self.limits, 0, ())
        if self.steps > SEARCH_STEPS:
            return Fill((), self._worth(self.limits) // self.unit, exact=False)
        pairs = zip(self.choices, self.best_counts, strict=False)
        return Fill(tuple(sorted((c.name, count) for c, count in pairs if count)), self.best_value)

    def _descend(self, index: int, room: Sequence[int], value: int, counts: tuple[int, ...]) -> None:
        if value > self.best_value:
            self.best_value, self.best_counts = value, counts
        if index == len(self.choices):
            return
        choice = self.choices[index]
        last = index + 1 == len(self.choices)
        copies = choice.copies(room)
        for count in range(copies, copies - 1 if last else -1, -1):
            self.steps += 1
            if self.steps > SEARCH_STEPS or not self._can_improve(value, room):
                return
            left = [r - count * use for r, use in zip(room, choice.uses, strict=True)]
            reached = value + count * choice.value
            if last or self._can_improve(reached, left):
                self._descend(index + 1, left, reached, (*counts, count))

    def _can_improve(self, value: int, room: Sequence[int]) -> bool:
        return value + self._worth(room) // self.unit > self.best_value
