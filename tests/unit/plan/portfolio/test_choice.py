"""The joint choice is the least of all that fit: held to trying everything."""

import random
from itertools import product

import pytest

from plimsoll.plan.portfolio.choice import Terms, Way, choose


def summed(ways: tuple[Way, ...], terms: Terms) -> tuple[int, tuple[int, ...]]:
    opened = [terms.openings[group] for group in {way.group for way in ways}]
    rank = sum(way.rank for way in ways) + sum(more for more, _ in opened)
    takes = [way.takes for way in ways] + [opening for _, opening in opened]
    return rank, tuple(sum(each[index] for each in takes) for index in range(len(terms.limits)))


def everything(lists: list[list[Way]], terms: Terms) -> int | None:
    """The least rank of all combinations that fit."""
    ranks = [
        rank
        for rank, takes in (summed(ways, terms) for ways in product(*lists))
        if all(take <= limit for take, limit in zip(takes, terms.limits, strict=True))
    ]
    return min(ranks, default=None)


def drawn(
    rng: random.Random, workloads: int, ways: int, limits: int, tight: float
) -> tuple[list[list[Way]], Terms]:
    groups = ["a", "b", "c"][: rng.randint(1, 3)]
    lists = [
        [
            Way(
                rng.randint(1000, 9999) * 10**40 + rng.randint(0, 10**9),
                tuple(rng.choice([0, rng.randint(1, 400)]) for _ in range(limits)),
                rng.choice(groups),
                mark,
            )
            for mark in range(ways)
        ]
        for _ in range(workloads)
    ]
    most = [
        int(sum(sum(way.takes[index] for way in each) / ways for each in lists) * tight)
        for index in range(limits)
    ]
    openings = {
        group: (rng.randint(0, 900) * 10**40, tuple(rng.randint(0, 20) for _ in range(limits)))
        for group in groups
    }
    return lists, Terms(tuple(most), openings)


@pytest.mark.parametrize("seed", range(60))
def test_it_is_what_trying_everything_finds(seed: int) -> None:
    rng = random.Random(seed)
    lists, terms = drawn(
        rng, rng.randint(1, 4), rng.randint(1, 6), rng.randint(0, 4), rng.choice([0.3, 0.6, 1.0])
    )
    choice = choose(lists, terms)
    assert (summed(choice.ways, terms)[0] if choice is not None else None) == everything(lists, terms)


@pytest.mark.parametrize("limits", [1, 2, 3])
def test_twenty_workloads_of_ten_ways_are_proven(limits: int) -> None:
    choice = choose(*drawn(random.Random(limits), 20, 10, limits, 0.6))
    assert choice is not None
    assert choice.proven


def test_an_opening_counts_once() -> None:
    lists = [[Way(10, (1,), "near", 0), Way(9, (1,), "far", 1)], [Way(10, (1,), "near", 0)]]
    choice = choose(lists, Terms((9,), {"near": (5, (1,)), "far": (5, (1,))}))
    assert choice is not None
    assert [way.mark for way in choice.ways] == [0, 0]


def test_what_nobody_can_take_leaves_nothing() -> None:
    assert choose([[Way(1, (2,), "a", 0)]], Terms((1,), {"a": (0, (0,))})) is None
