"""A search tries all candidates of a run, and puts those that hold every limit in order."""

from collections.abc import Iterable

from plimsoll.candidates.runs.candidate import RunCandidate, RunSearch, RunSpace
from plimsoll.candidates.runs.every import every_holding_run, every_run_candidate
from plimsoll.spec.runs.asked import RunAsked


def run_search(space: RunSpace) -> RunSearch:
    """Try every candidate. Pure and deterministic: the same spec and facts give the same answer."""
    candidates = tuple(every_run_candidate(space))
    return RunSearch(space, candidates, in_run_order(space.spec, (c for c in candidates if c.holds)))


def runs_holding(space: RunSpace) -> tuple[RunCandidate, ...]:
    """List what holds, in the order of preference, without the reasons of the others."""
    return in_run_order(space.spec, every_holding_run(space))


def in_run_order(spec: RunAsked, holding: Iterable[RunCandidate]) -> tuple[RunCandidate, ...]:
    """Put what holds in the spec's order of preference."""
    prefer, precisions = spec.capacity.spot == "prefer", spec.precisions_used
    return tuple(sorted(holding, key=lambda each: each.order(prefer_spot=prefer, precisions=precisions)))
