"""Answers are sound before anything is worked out of them: no series twice, no count below zero."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.telemetry.ranges import NAME, RangeAnswer, RangeSeries

REPLICA_LABELS = frozenset({"prometheus_replica", "__replica__"})
"""What two Prometheis of a pair call themselves: the operator's label, and that of Mimir and Cortex."""

_MODEL_SERVER = "vllm:"

_Key = tuple[str, frozenset[tuple[str, str]]]


def refuse_unsound(answers: Sequence[RangeAnswer], names: Collection[str], file: str) -> None:
    """Refuse series that would be added up twice, and numbers that no rate and no count can have.

    `names` are queries whose answers are rates or counts; a model server's own series all are.

    The same series at other times is another part of it: answers may be saved day by day.

    Raises:
        SpecError: there is one.
    """
    problems = [*_twice(answers, file), *_negative(answers, names, file)]
    if problems:
        raise SpecError(problems[:3])


def _twice(answers: Sequence[RangeAnswer], file: str) -> Iterator[Problem]:
    seen: dict[_Key, list[RangeSeries]] = {}
    for answer in answers:
        for series in answer.series:
            told = frozenset((key, of) for key, of in series.labels.items() if key not in REPLICA_LABELS)
            name = "" if NAME in series.labels else answer.name
            if name or NAME in series.labels:
                seen.setdefault((name, told), []).append(series)
    for (name, told), every in seen.items():
        moment = _in_common(every) if len(every) > 1 else None
        if moment is not None:
            labels = ", ".join(f"{key}={of}" for key, of in sorted(told)[:4]) or "no labels"
            what = f"a series is there twice at {_day(moment)}: {labels}"
            why = "added up it would be double; a file was saved twice, or two Prometheis of a pair answered"
            yield Problem(what, why, "keep one of them", name or dict(told).get(NAME, ""), file)


def _in_common(every: Sequence[RangeSeries]) -> float | None:
    before: set[float] = set()
    for series in every:
        moments = {moment for moment, _ in series.points}
        both = before & moments
        if both:
            return min(both)
        before |= moments
    return None


def _negative(answers: Sequence[RangeAnswer], names: Collection[str], file: str) -> Iterator[Problem]:
    for answer in answers:
        for series in answer.series:
            metric = series.labels.get(NAME, "")
            if answer.name not in names and not metric.startswith(_MODEL_SERVER):
                continue
            below = next((point for point in series.points if point[1] < 0), None)
            if below is not None:
                what = f"{below[1]:g} at {_day(below[0])}: a rate or a count is never below zero"
                why = "the query is another one, or its counter is no counter"
                fix = "'plimsoll rightsize --lock LOCK --queries' writes what to ask"
                yield Problem(what, why, fix, answer.name or metric, file)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%MZ")
