"""Candidates are compared by what they cost and how fast they are: a point each, and the best of them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.figures import Figures
from plimsoll.candidates.search import Search
from plimsoll.ground.start_up import record
from plimsoll.plan.outlook.knob import most_urgent


@record
class ComparedCandidate:
    """A candidate that has both numbers: expected USD, and the latency or the hours that are compared."""

    id: str
    instance_type: str
    expected: Decimal
    time: float
    count: int
    """Replicas at the peak, or nodes of a run."""
    codes: tuple[str, ...]


@record
class Compared:
    """Candidates by money and latency (`key` of the sla), the dearest last; `limit` is the spec's, if any.

    `chosen` is the id of the choice, None in a refusal. `front` holds ids of those that hold every limit and
    that no other of them beats in both; `front_of_all` of all, whatever limit they break. Times are in
    `unit`, money is of `every` (`a month`, `a run`).
    """

    key: str
    limit: float | None
    candidates: tuple[ComparedCandidate, ...]
    chosen: str | None
    front: tuple[str, ...]
    front_of_all: tuple[str, ...]
    unit: str = "ms"
    every: str = "a month"


def compared(search: Search) -> Compared | None:
    """Compare all candidates that have a price and a replica that runs; None where none has both."""
    key = _key(search)
    if key is None:
        return None
    figures = Figures(search)
    found = sorted(_candidates(search, figures, key), key=lambda each: (each.expected, each.time, each.id))
    if not found:
        return None
    return Compared(
        key=key,
        limit=search.workload.sla.latency_limits().get(key),
        candidates=tuple(found),
        chosen=search.holding[0].id if search.holding else None,
        front=front([each for each in found if not each.codes]),
        front_of_all=front(found),
    )


def front(candidates: Sequence[ComparedCandidate]) -> tuple[str, ...]:
    """Pick those that no other beats: none is at most as dear and as slow, and less of one of them."""
    ordered = sorted(candidates, key=lambda each: (each.expected, each.time, each.id))
    picked: list[str] = []
    fastest, at = float("inf"), Decimal(-1)
    for each in ordered:
        if each.time < fastest or (each.time == fastest and each.expected == at):
            picked.append(each.id)
            fastest, at = each.time, each.expected
    return tuple(picked)


def _key(search: Search) -> str | None:
    """The latency to compare by: a limited one if there is any, what sets the machine first; None without."""
    limited = most_urgent(search.workload.sla.latency_limits())
    keys = limited or most_urgent(f"{key}_ms" for key in search.work.reported)
    return keys[0] if keys else None


def _candidates(search: Search, figures: Figures, key: str) -> Iterator[ComparedCandidate]:
    for each in search.candidates:
        if each.sized is not None and each.setup.loaded is not None:
            estimate = figures.latency(each).get(key)
            if estimate is not None:
                yield _one(each, estimate.estimate)


def _one(candidate: Candidate, latency_ms: float) -> ComparedCandidate:
    sized = candidate.must_be_sized()
    return ComparedCandidate(
        id=candidate.id,
        instance_type=candidate.instance.name,
        expected=sized.bill.expected,
        time=latency_ms,
        count=sized.fleet.replicas.peak,
        codes=tuple(dict.fromkeys(reason.code for reason in candidate.reasons)),
    )
