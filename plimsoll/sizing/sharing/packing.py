"""Slices lie on a GPU by rules of their slots, and are packed onto as few GPUs as can be.

Source of the rules: NVIDIA/k8s-test-infra, placements of MIG devices (2026): memory slots are taken in a row
that begins at a multiple of its length, and compute slices add up to seven at most.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from plimsoll.sizing.sharing.profiles import WHOLE_SLOTS, Profile

COMPUTE = 7
"""Compute slices of a data-centre GPU."""

MOST_PODS = 40
"""Slices up to which packing is exact; more are packed largest first."""


def fits_one(layout: Sequence[Profile]) -> bool:
    """Say whether slices of these profiles lie on one GPU together.

    Lengths are powers of two and begin at their multiples, so rows laid largest first never leave a gap that
    a smaller one could not take: the sum of slots decides.
    """
    if not layout:
        return True
    board = layout[0].board_slots
    most = COMPUTE if board == WHOLE_SLOTS else board
    return sum(each.slots for each in layout) <= board and sum(each.compute for each in layout) <= most


def packed(wanted: Sequence[Profile]) -> list[list[Profile]]:
    """Lay slices on GPUs, as few as there can be up to `MOST_PODS` of them; each GPU's slices, largest first.

    More are laid first fit, largest first. The same slices in another order give the same GPUs.
    """
    ordered = sorted(wanted, key=_size, reverse=True)
    if len(ordered) > MOST_PODS:
        return _first_fit(ordered)
    kinds = tuple(dict.fromkeys(ordered))
    counts = Counter(ordered)
    return [
        [kind for kind, count in zip(kinds, gpu, strict=True) for _ in range(count)]
        for gpu in _fewest(kinds, tuple(counts[kind] for kind in kinds))
    ]


def _size(profile: Profile) -> tuple[int, int, str]:
    return profile.slots, profile.compute, profile.name


def _first_fit(ordered: Sequence[Profile]) -> list[list[Profile]]:
    gpus: list[list[Profile]] = []
    for each in ordered:
        home = next((gpu for gpu in gpus if fits_one([*gpu, each])), None)
        if home is None:
            gpus.append([each])
        else:
            home.append(each)
    return gpus


def _fewest(kinds: tuple[Profile, ...], wanted: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Choose the fewest GPUs by trying every full layout of the first, which holds the largest slice."""
    layouts = list(_full_layouts(kinds, wanted))

    @cache
    def best(left: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        if not any(left):
            return ()
        first = next(place for place, count in enumerate(left) if count)
        found: tuple[tuple[int, ...], ...] | None = None
        for layout in layouts:
            laid = tuple(min(pair) for pair in zip(layout, left, strict=True))
            if laid[first]:
                rest = best(tuple(have - taken for have, taken in zip(left, laid, strict=True)))
                if found is None or len(rest) + 1 < len(found):
                    found = (laid, *rest)
        if found is None:
            msg = "a profile that no GPU holds"
            raise ValueError(msg)
        return found

    return best(wanted)


def _full_layouts(kinds: tuple[Profile, ...], wanted: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the layouts of one GPU to which no further slice that is wanted could be added."""

    def extend(counts: tuple[int, ...], place: int) -> Iterator[tuple[int, ...]]:
        if place == len(kinds):
            yield counts
            return
        for count in range(wanted[place], -1, -1):
            longer = (*counts, count)
            if fits_one([kind for kind, n in zip(kinds, longer, strict=False) for _ in range(n)]):
                yield from extend(longer, place + 1)

    every = list(extend((), 0))
    for layout in every:
        if any(layout) and not any(_within(layout, other) for other in every if other != layout):
            yield layout


def _within(layout: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(few <= many for few, many in zip(layout, other, strict=True))
