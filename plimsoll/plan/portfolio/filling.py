"""Water-filling shares out what is too little: all rise from their floors together, by weight.

Each has its floor and a share of the rest in proportion to priority × demand, never more than its demand;
what one leaves is shared again, and a remainder goes to the largest fraction (llm-d autoscaler, issue 1447,
PR 1452, 2026-07; it says it of one budget). Here several limits bind at once: where one is full, those who
take of it stay as they are, and the others rise on. Worked out in exact fractions.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from plimsoll.ground.start_up import record


@record
class Vessel:
    """Who shares: floor and demand in replicas, its weight, and what each count of replicas takes.

    `takes[k - floor]` is what k replicas take of every limit; it never falls as k rises.
    """

    floor: int
    demand: int
    weight: Fraction
    takes: Sequence[tuple[int, ...]]

    def at(self, replicas: Fraction) -> tuple[Fraction, ...]:
        """What so many replicas take, on the straight line between whole ones."""
        whole = min(int(replicas), self.demand)
        low, high = self.takes[whole - self.floor], self.takes[min(whole + 1, self.demand) - self.floor]
        part = replicas - whole
        return tuple(below + part * (above - below) for below, above in zip(low, high, strict=True))


def fill(
    vessels: Sequence[Vessel], limits: Sequence[int], fits: Callable[[Sequence[int]], bool] | None = None
) -> list[int] | None:
    """Share out replicas; None if not even the floors fit. What is left is no room for one more.

    `fits` says of counts whether they do, where what they take together may be less than the sum.
    """
    if not _fits([vessel.floor for vessel in vessels], vessels, limits):
        return None
    shares = shares_of(vessels, limits)
    counts = [int(share) for share in shares]
    order = sorted(range(len(vessels)), key=lambda index: (counts[index] - shares[index], index))
    grown = True
    while grown:
        grown = False
        for index in order:
            more = [count + (place == index) for place, count in enumerate(counts)]
            if counts[index] < vessels[index].demand and (
                _fits(more, vessels, limits) if fits is None else fits(more)
            ):
                counts, grown = more, True
    return counts


def _fits(counts: Sequence[int], vessels: Sequence[Vessel], limits: Sequence[int]) -> bool:
    needs = [0] * len(limits)
    for count, vessel in zip(counts, vessels, strict=True):
        needs = [need + take for need, take in zip(needs, vessel.takes[count - vessel.floor], strict=True)]
    return all(need <= limit for need, limit in zip(needs, limits, strict=True))


def shares_of(vessels: Sequence[Vessel], limits: Sequence[int]) -> list[Fraction]:
    """Let all rise until each is full, or held by a limit that is: not whole yet. The floors must fit."""
    shares = [Fraction(vessel.floor) for vessel in vessels]
    rising: set[int] = {index for index, vessel in enumerate(vessels) if vessel.demand > vessel.floor}
    while rising:
        rates = [_rates(vessel, shares[index]) for index, vessel in enumerate(vessels)]
        left = _left(vessels, shares, limits)
        step = min(_to_next_whole(vessels[index], shares[index]) for index in rising)
        held: set[int] = set()
        for limit, room in enumerate(left):
            speed = sum((rates[index][limit] for index in rising), Fraction(0))
            if speed and room <= speed * step:
                takers = {index for index in rising if rates[index][limit]}
                held, step = (held | takers if room == speed * step else takers), room / speed
        for index in rising:
            shares[index] += step * vessels[index].weight
        rising = {index for index in rising - held if shares[index] < vessels[index].demand}
    return shares


def _rates(vessel: Vessel, share: Fraction) -> list[Fraction]:
    """What each limit loses as the level rises by one."""
    low = min(int(share), vessel.demand) - vessel.floor
    high = min(low + 1, vessel.demand - vessel.floor)
    taken = zip(vessel.takes[low], vessel.takes[high], strict=True)
    return [vessel.weight * (above - below) for below, above in taken]


def _left(vessels: Sequence[Vessel], shares: Sequence[Fraction], limits: Sequence[int]) -> list[Fraction]:
    left = [Fraction(limit) for limit in limits]
    for vessel, share in zip(vessels, shares, strict=True):
        left = [room - take for room, take in zip(left, vessel.at(share), strict=True)]
    return left


def _to_next_whole(vessel: Vessel, share: Fraction) -> Fraction:
    return (int(share) + 1 - share) / vessel.weight
