"""A fill is the dearest way to spend a set of limits on nodes.

A pool that admits several instance types may be filled with any mixture of them, so its ceiling is the
optimum of an unbounded knapsack with one capacity per limit. It is solved by branch and bound over
integers, which is exact; a search that grows too long falls back to the relaxation, which is never less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from math import lcm
from operator import le, mul

from plimsoll.pricing.filling.relaxation import shadow_prices

SEARCH_STEPS = 500
"""Branches tried before the relaxed bound is taken instead. Real pools need a few dozen."""

_PER_USD = Decimal(10**9)
"""The value of a dollar: integers of a billionth lose nothing that a cent would show."""


def value_of(usd: Decimal) -> int:
    """Scale an amount to the integer value of a choice, rounded up."""
    return int((usd * _PER_USD).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a limit can be filled with: its value, and how much of each limit it uses. All integers."""

    name: str
    value: int
    uses: tuple[int, ...]

    def copies(self, room: Sequence[int]) -> int:
        """Count how many of it alone fit."""
        try:
            return min([r // use for r, use in zip(room, self.uses, strict=True)])
        except ZeroDivisionError:  # it uses none of some limit
            return min(room[i] // use for i, use in enumerate(self.uses) if use)


@dataclass(frozen=True, slots=True)
class Fill:
    """The dearest fill: how many of each choice, and the most that any fill can be worth.

    `exact` is false where the search was cut: then `value` is the relaxed bound and `counts` is empty.
    """

    counts: tuple[tuple[str, int], ...]
    value: int
    exact: bool = True

    @property
    def usd(self) -> Decimal:
        """The value as USD, where `value_of` made the values of the choices."""
        return Decimal(self.value) / _PER_USD


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
        if not any(all(map(le, k.uses, choice.uses)) for k in kept):
            kept.append(choice)
    return kept


class _Search:
    """Depth-first branch and bound, bounded by the shadow prices of the whole problem.

    A choice's regret is what its uses are worth above its own value; every use of it lowers the bound by
    that much, so a choice is used no more often than the gap to the best fill so far allows.
    """

    def __init__(self, choices: list[Choice], limits: tuple[int, ...]) -> None:
        prices = shadow_prices([c.value for c in choices], [c.uses for c in choices], limits)
        self.unit = lcm(*(price.denominator for price in prices))
        self.prices = [int(price * self.unit) for price in prices]
        self.limits = limits
        regrets = [(self._worth(c.uses) - c.value * self.unit, -c.value, c.name, c) for c in choices]
        self.choices = [(regret, choice) for regret, _, _, choice in sorted(regrets, key=lambda r: r[:3])]
        self.best_value = -1
        self.best_counts: tuple[tuple[str, int], ...] = ()
        self.steps = 0

    def _worth(self, room: Sequence[int]) -> int:
        return sum(map(mul, self.prices, room))

    def run(self) -> Fill:
        """Search; fall back to the relaxed bound when there are too many branches."""
        self._descend(0, self.limits, 0, ())
        if self.steps > SEARCH_STEPS:
            return Fill((), self._worth(self.limits) // self.unit, exact=False)
        return Fill(tuple(sorted(self.best_counts)), self.best_value)

    def _descend(
        self, first: int, room: Sequence[int], value: int, counts: tuple[tuple[str, int], ...]
    ) -> None:
        """Extend a fill by every choice from `first` on, each as often as may still beat the best."""
        if value > self.best_value:
            self.best_value, self.best_counts = value, counts
        reach = value * self.unit + self._worth(room)
        last = len(self.choices) - 1
        for index in range(first, last + 1):
            self.steps += 1
            if self.steps > SEARCH_STEPS:
                return
            regret, choice = self.choices[index]
            gap = reach - (self.best_value + 1) * self.unit
            if gap < regret:
                return  # the later ones have no less of it
            most = choice.copies(room)
            if regret:
                most = min(most, gap // regret)
            for count in range(most, most - 1 if index == last else 0, -1):
                if self.steps > SEARCH_STEPS:
                    return
                if count and reach - regret * count >= (self.best_value + 1) * self.unit:
                    left = [r - count * use for r, use in zip(room, choice.uses, strict=True)]
                    self._descend(
                        index + 1, left, value + count * choice.value, (*counts, (choice.name, count))
                    )
