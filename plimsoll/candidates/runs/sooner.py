"""A budget that holds the ceiling is kept by ending a run sooner: nothing but its bound makes that dear.

The ceiling is the enforced hours on demand; where the hours that are asked for are more than nine runs in ten
take, the bound can come down to those without a change of the run.
"""

from collections.abc import Iterator
from math import ceil
from typing import Any

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch
from plimsoll.sizing.limits import BUDGET

MOST = 3
"""Bounds that are tried, that of the least ceiling first."""


def sooner(search: RunSearch, data: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the key that bounds a run, and hours below it that candidates over budget keep."""
    asked, sla = search.space.spec.budget, data["sla"]
    if asked is None or asked.basis != "ceiling":
        return
    path = "sla.run_p90_h" if sla["run_p90_h"] is not None else "scale.max_run_h"
    least = sla["run_p50_h"] or 0.0
    near = [each for each in search.candidates if _only_dear(each)]
    bounds = {max(ceil(_high_h(each) * 10 + 1e-6) / 10, least): _ended_then(each) for each in near}
    values = [hours for hours, _ in sorted(bounds.items(), key=lambda item: (item[1], item[0]))]
    yield path, values[:MOST]


def _only_dear(candidate: RunCandidate) -> bool:
    """Say whether its bound is what makes a candidate dear, on demand: on spot it says when to leave too."""
    timed = candidate.timed
    bounded = timed is not None and timed.hours.high_h < timed.hours.enforced_h
    return bounded and candidate.option.capacity_type == "on-demand" and candidate.breaks_only(BUDGET)


def _high_h(candidate: RunCandidate) -> float:
    return candidate.timed.hours.high_h if candidate.timed is not None else 0.0


def _ended_then(candidate: RunCandidate) -> float:
    """Estimate the ceiling of a candidate that is ended when nine in ten are done."""
    sized = candidate.must_be_sized()
    return float(sized.bill.ceiling) * _high_h(candidate) / sized.timed.hours.enforced_h
