"""A request waits for a slot while all of them are taken."""

import math

from plimsoll.ground.start_up import record

FULL = 0.99
"""Share of the slots that are taken, at most, that a wait is worked out for."""


@record
class SlotWait:
    """A wait with an exponential tail behind the chance of waiting at all."""

    mean: float
    chance: float

    @classmethod
    def of(cls, taken: float, slots: float, held_s: float, spread: tuple[float, float]) -> "SlotWait":
        """Work out Allen and Cunneen's wait, with Sakasegawa's approximation of Erlang C.

        Of `slots` so many are `taken`, each for `held_s`. `spread` is the squared coefficient of variation of
        that time, and E[t²] ÷ E[t]² of the tokens that a request keeps where the cache binds (else 1): uneven
        requests fill it as fewer even ones would.
        """
        varied, uneven = spread
        share = min(taken / slots, FULL)
        even = max(slots / uneven, 1.0)
        chance = share ** (math.sqrt(2 * (even + 1)) - 1)
        return cls(held_s * chance / (even * (1 - share)) * (1 + varied) / 2, chance)

    def quantile(self, quantile: float) -> float:
        """The wait at a quantile, seconds."""
        if self.chance <= 1 - quantile:
            return 0.0
        return self.mean / self.chance * math.log(self.chance / (1 - quantile))
