"""Variants of one service were measured one by one: each has a name, and the same is asked of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft

MEASURED = "measured"

Rule = Callable[[Draft], Iterator[Problem]]


def of_each(rule: Rule, spec: Draft) -> Iterator[Problem]:
    """Ask a rule of the one measurement of a spec, or of each variant as if it stood alone."""
    entries = entries_of(spec)
    if entries is None:
        yield from rule(spec)
        return
    for place, entry in enumerate(entries):
        if isinstance(entry, Mapping):
            yield from (_of_entry(each, place) for each in rule(Draft({**spec.data, MEASURED: entry})))


def entries_of(spec: Draft) -> Sequence[object] | None:
    """Take the list of variants as it was written; None where there is no list."""
    written = spec.get(MEASURED)
    return cast("Sequence[object]", written) if isinstance(written, list | tuple) else None


def variant_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find variants without a name of their own, and an empty list."""
    entries = entries_of(spec)
    if entries is None:
        return
    if not entries:
        fix = "give one measurement, or a list of them"
        yield Problem("measured is an empty list", "a workload needs what was measured", fix, (MEASURED,))
    yield from _names(entries)


def _names(entries: Sequence[object]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for place, entry in enumerate(entries):
        if not isinstance(entry, Mapping):
            continue
        name = Draft(cast("Mapping[str, object]", entry)).get("variant")
        path = (MEASURED, place, "variant")
        if name is None:
            fix = "add variant: NAME, such as tensorrt"
            yield Problem("variant is missing", "each entry of a list has a name", fix, path)
        elif isinstance(name, str) and name in seen:
            why = f"measured[{seen[name]}] has this name too; plans tell variants apart by it"
            yield Problem(f"variant {name!r} is there twice", why, "rename one", path)
        elif isinstance(name, str):
            seen[name] = place


def _of_entry(problem: Problem, place: int) -> Problem:
    if isinstance(problem.path, str) or problem.path[:1] != (MEASURED,):
        return problem
    return replace(problem, path=(MEASURED, place, *problem.path[1:]))
