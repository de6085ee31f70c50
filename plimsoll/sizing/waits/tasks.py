"""Tasks wait while every slot of every worker is taken: Erlang C, and how long a backlog takes to drain."""

import math

from plimsoll.ground.start_up import record
from plimsoll.sizing.nodes import round_up

UTILISATION = 0.90
"""Share of the slots that may be busy at the peak: above it a wait doubles with every few percent of load,
and a measured mean may be off by a tenth. Source: the rule of this project for queues; with it tasks that
take a tenth longer than measured still leave the queue stable."""

LATE = 0.05
"""Share of the tasks that may wait longer than the 95th percentile."""

STEADY = 0.06
"""Share of a task that Allen-Cunneen leaves out of the 95th percentile where tasks take nearly alike: a slot
comes free after a part of one, however many there are. Source: event simulation of 1 to 32 slots, 40 to 90 %
busy (at most 0.056 with equal tasks and 0.04 at a cv of 0.5)."""

WAIT_FREE_FROM = 10_000.0
"""Offered load from which nobody waits at the utilisation above: the spare tenth is then ten standard
deviations of a Poisson count, and Erlang C is below 10^-20."""


@record
class Arrivals:
    """Tasks come at a rate, `per_s`, and take a slot for `task_s` with the coefficient of variation `cv`."""

    per_s: float
    task_s: float
    cv: float

    @property
    def offered(self) -> float:
        """The mean number of busy slots, a = λ S (erlangs)."""
        return self.per_s * self.task_s

    @property
    def _spread(self) -> float:
        """What the wait of exponential tasks is multiplied by, (1 + cv²) ÷ 2 (Allen-Cunneen, 1978)."""
        return (1 + self.cv**2) / 2

    def some_wait(self, slots: int) -> float:
        """The share of tasks that find every slot taken; 1 where the slots are too few for ever."""
        return erlang_c(slots, self.offered)

    def p95_s(self, slots: int) -> float:
        """The wait that one task in twenty exceeds, seconds; without end where the slots are too few.

        P(W > w) = C(c, a) · exp(-(c/S - λ) w), w being divided by (1 + cv²) ÷ 2; for tasks steadier than
        exponential ones `STEADY` is added, as far as the wait of those.
        """
        leaving = slots / self.task_s - self.per_s
        if leaving <= 0:
            return math.inf
        some = self.some_wait(slots)
        if some <= LATE:
            return 0.0
        exponential = math.log(some / LATE) / leaving
        steady = max(1 - self.cv**2, 0.0) * STEADY * self.task_s
        spread = exponential * self._spread
        return min(spread + steady, exponential) if steady else spread

    def drained_s(self, slots: int, backlog: float) -> float:
        """Seconds until a backlog is gone while tasks keep coming: B ÷ (c/S - λ)."""
        leaving = slots / self.task_s - self.per_s
        return backlog / leaving if leaving > 0 else (math.inf if backlog else 0.0)

    def workers(self, each: int, wait_s: float | None, backlog: float, drain_s: float | None) -> int:
        """Count the fewest workers of `each` slots that hold the utilisation, the p95 wait and the drain.

        The wait falls with every worker, so the first that holds is the least.
        """
        count = max(round_up(self.offered / UTILISATION / each), 1)
        if drain_s is not None:
            draining = (self.per_s + backlog / drain_s) * self.task_s
            count = max(count, round_up(draining / each))
        if wait_s is not None and self.offered < WAIT_FREE_FROM:
            while self.p95_s(count * each) > wait_s:
                count += 1
        return count


def erlang_c(slots: int, offered: float) -> float:
    """The share of arrivals that wait: C = B ÷ (1 - ρ (1 - B)), B by B_n = a B_{n-1} ÷ (n + a B_{n-1}).

    Source: A. K. Erlang, 1917; the recursion is stable for any number of slots.
    """
    if offered >= slots:
        return 1.0
    if offered >= WAIT_FREE_FROM and offered <= UTILISATION * slots:
        return 0.0
    blocked = 1.0
    for count in range(1, slots + 1):
        blocked = offered * blocked / (count + offered * blocked)
        if not blocked:
            return 0.0
    return blocked / (1 - offered / slots * (1 - blocked))
