"""A slip is told by how many keys were struck wrong; what is no slip, by the share of letters in common."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches

_SIMILAR = 0.6
"""Share of letters in common from which a name may be meant; difflib's own."""

_SLIP, _OTHER_LETTER = 2, 3
"""What a key struck too often, not at all or before its neighbour counts; and one struck for another, which
is more often another name than a slip (p59 is p95, and not p50)."""

_MOST = 5
"""What a slip of another name counts at most, two keys: at three, short names are slips of all others."""


def edits(name: str, other: str) -> int:
    """Count letters added, left out, swapped or struck for another, that make a name another; by weight.

    Optimal string alignment: Damerau-Levenshtein where no letter is changed twice.
    """
    before: list[int] = []
    last = [_SLIP * count for count in range(len(other) + 1)]
    for row, letter in enumerate(name, 1):
        now = [_SLIP * row]
        for column, wanted in enumerate(other, 1):
            struck = 0 if letter == wanted else _OTHER_LETTER
            cost = min(last[column] + _SLIP, now[-1] + _SLIP, last[column - 1] + struck)
            if row > 1 and column > 1 and letter == other[column - 2] and wanted == name[row - 2]:
                cost = min(cost, before[column - 2] + _SLIP)
            now.append(cost)
        before, last = last, now
    return last[-1]


def nearness(name: str, other: str) -> tuple[int, bool, int, float]:
    """Rank how near another name is to a mistyped one, the greatest nearest.

    Slips by their weight (a name that is cut short is one), then those of the same numbers, then by how far
    both begin alike; whatever is no slip by its letters alone.
    """
    share = SequenceMatcher(None, other, name).ratio()
    count = min(edits(name, other), _SLIP) if other.startswith(name) else edits(name, other)
    if count > _MOST:
        return -_MOST - 1, False, 0, share
    alike = next((at for at, pair in enumerate(zip(name, other, strict=False)) if pair[0] != pair[1]), None)
    begins = min(len(name), len(other)) if alike is None else alike
    return -count, re.findall(r"\d+", name) == re.findall(r"\d+", other), begins, share


def nearest_name(name: str, known: Sequence[str]) -> str | None:
    """Find the known name that a mistyped one means; None where none is similar."""
    similar = get_close_matches(name, known, n=max(len(known), 1), cutoff=_SIMILAR)
    return max(similar, key=lambda each: (nearness(name, each), each), default=None)
