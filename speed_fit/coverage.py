"""How many measurements intervals hold where a model or an accelerator was left out of the fit, by one rule.

Each group is scored with half-widths that were found without it, and every group weighs the same.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from plimsoll.speed.accuracy.score import SUBSETS, Subset
from plimsoll.speed.evidence import DISTANCES
from speed_fit.distances import Spread, factor, quantile, spread
from speed_fit.left_out import Unseen

SCORED = ("model", "accelerator")
"""What is left out in turn for the score; configurations and engines serve the widths alone."""

BOTH = "both"
"""The name of what a subset's groups of either kind hold together."""


@dataclass(frozen=True, slots=True)
class Held:
    """A share of measurements inside, each group weighing the same, and the median error."""

    groups: int
    rows: int
    inside: float
    median: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """Coverage of everything, of each thing left out, of each distance and of each subset.

    `wider` is the median width over that of the same rule scaled by one factor to four of five in hindsight.
    """

    pooled: Held
    out: dict[str, Held]
    distances: dict[str, Held]
    subsets: dict[str, dict[str, Held]]
    wider: float


@dataclass(frozen=True, slots=True)
class _Judged:
    row: Unseen
    half: float

    @property
    def group(self) -> Hashable:
        return self.row.out, self.row.group

    @property
    def inside(self) -> bool:
        return abs(self.row.off) <= self.half


def coverage(left: Sequence[Unseen], subsets: Sequence[Subset] = SUBSETS) -> Coverage:
    """Score every row whose model or accelerator was left out; those of configurations for `seen` alone."""
    judged = _judged(left)
    scored = [each for each in judged if each.row.out in SCORED]
    near = [each for each in judged if each.row.out == "configuration" and each.row.distance == DISTANCES[0]]
    return Coverage(
        pooled=_held(scored),
        out=_each(scored, SCORED, _out),
        distances=_each([*scored, *near], DISTANCES, lambda each: each.row.distance),
        subsets={
            f"{subset.id} {subset.what}": {BOTH: _held(own), **_each(own, SCORED, _out)}
            for subset in subsets
            if (own := [each for each in scored if _holds(subset, each.row)])
        },
        wider=1 / quantile([abs(e.row.off) / e.half for e in scored], [e.group for e in scored]),
    )


def _judged(left: Sequence[Unseen]) -> list[_Judged]:
    """Each row with the half-width that was found without its group."""
    whole: defaultdict[Hashable, list[Unseen]] = defaultdict(list)
    for each in left:
        whole[each.group].append(each)
    found: list[_Judged] = []
    for group, rows in whole.items():
        widths = spread([each for each in left if each.group != group])
        found += [_Judged(each, _half(each, widths)) for each in rows]
    return found


def _out(each: _Judged) -> str:
    return each.row.out


def _half(each: Unseen, widths: Spread) -> float:
    return widths[each.distance] * factor(each)


def _each(judged: Sequence[_Judged], names: Sequence[str], key: Callable[[_Judged], str]) -> dict[str, Held]:
    return {name: _held(own) for name in names if (own := [each for each in judged if key(each) == name])}


def _held(judged: Sequence[_Judged]) -> Held:
    groups: defaultdict[Hashable, list[bool]] = defaultdict(list)
    for each in judged:
        groups[each.group].append(each.inside)
    inside = mean(mean(own) for own in groups.values())
    off = median(abs(each.row.predicted / (each.row.point.measured or 1.0) - 1) for each in judged)
    return Held(len(groups), len(judged), inside, off)


def _holds(subset: Subset, each: Unseen) -> bool:
    return each.point.question is not None and subset.holds(each.point, each.point.question)
