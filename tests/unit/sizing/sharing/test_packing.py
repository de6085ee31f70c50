"""Slices lie on as few GPUs as rules of their slots allow: cases of NVIDIA's, and brute force."""

from collections.abc import Sequence
from itertools import combinations_with_replacement, permutations
from random import Random

import pytest

from plimsoll.sizing.sharing.packing import fits_one, packed
from plimsoll.sizing.sharing.profiles import Profile, profiles_of

LAYOUTS = [
    ("A100-80GB", "3g 1g 1g 1g 1g", 1),
    ("A100-80GB", "3g 1g 1g 1g 1g 1g", 2),
    ("A100-80GB", "3g 3g 1g", 2),
    ("A100-80GB", "2g 2g 2g 1g", 1),
    ("A100-80GB", "1g.20gb 1g.20gb 1g.20gb 1g.20gb", 1),
    ("A100-80GB", "1g 1g 1g 1g 1g 1g 1g 1g", 2),
    ("RTX-PRO-6000-BSE", "2g 1g 1g", 1),
    ("RTX-PRO-6000-BSE", "2g 2g 1g", 2),
]
"""Accelerator, slices, and the GPUs that they need."""


def slices(accelerator: str, names: str) -> list[Profile]:
    """The first profile whose name begins so: `1g` is the smallest one."""
    known = profiles_of(accelerator)
    return [next(each for each in known if each.name.startswith(name)) for name in names.split()]


@pytest.mark.parametrize(("accelerator", "names", "gpus"), LAYOUTS)
def test_a_layout_takes_as_many_gpus_as_nvidia_says(accelerator: str, names: str, gpus: int) -> None:
    assert len(packed(slices(accelerator, names))) == gpus


def lies_on_one(layout: Sequence[Profile]) -> bool:
    """Place slices one after the other in every order, each at the first free multiple of its length."""
    board = layout[0].board_slots
    if sum(each.compute for each in layout) > (7 if board == 8 else board):
        return False
    return any(_placed(order, board) for order in set(permutations(each.slots for each in layout)))


def _placed(order: Sequence[int], board: int) -> bool:
    taken = [False] * board
    for size in order:
        starts = (at for at in range(0, board - size + 1, size) if not any(taken[at : at + size]))
        start = next(starts, None)
        if start is None:
            return False
        taken[start : start + size] = [True] * size
    return True


@pytest.mark.parametrize("accelerator", ["A100-80GB", "H100-80GB", "RTX-PRO-6000-BSE"])
def test_what_fits_one_gpu_can_be_placed_on_it(accelerator: str) -> None:
    profiles = profiles_of(accelerator)
    for count in (1, 2, 3, 4, 5):
        for layout in combinations_with_replacement(profiles, count):
            assert fits_one(layout) == lies_on_one(layout), [each.name for each in layout]


def fewest(wanted: Sequence[Profile]) -> int:
    """Brute force: put each slice on each GPU there is, or on a new one, and keep the best."""
    best = len(wanted)

    def put(place: int, gpus: list[list[Profile]]) -> None:
        nonlocal best
        if len(gpus) >= best:
            return
        if place == len(wanted):
            best = len(gpus)
            return
        tried: set[tuple[str, ...]] = set()
        for gpu in gpus:
            seen = tuple(sorted(each.name for each in gpu))
            if seen not in tried and fits_one([*gpu, wanted[place]]):
                tried.add(seen)
                gpu.append(wanted[place])
                put(place + 1, gpus)
                gpu.pop()
        put(place + 1, [*gpus, [wanted[place]]])

    put(0, [])
    return best


@pytest.mark.parametrize("seed", range(40))
def test_packing_is_as_good_as_brute_force_and_overfills_no_gpu(seed: int) -> None:
    draw = Random(seed)
    profiles = profiles_of(draw.choice(["A100-80GB", "H100-80GB", "H200-141GB", "RTX-PRO-6000-BSE"]))
    kinds = draw.sample(profiles, min(len(profiles), 4))
    wanted = [draw.choice(kinds) for _ in range(draw.randint(1, 12))]
    gpus = packed(wanted)
    assert sorted(each.name for gpu in gpus for each in gpu) == sorted(each.name for each in wanted)
    assert all(lies_on_one(gpu) if len(gpu) < 7 else fits_one(gpu) for gpu in gpus)
    assert len(gpus) == fewest(wanted)
    draw.shuffle(wanted)
    assert packed(wanted) == gpus


def test_forty_slices_are_packed_at_once_and_more_are_laid_largest_first() -> None:
    mixed = [*slices("A100-80GB", "3g 3g 2g 2g 2g 1g.20gb")] * 6
    assert len(packed(mixed)) == 12
    assert len(packed(mixed * 3)) >= 36
