"""Overrides are what the command line says of a spec: it is read as if its file said so.

They are put into the plain data before anything is checked, so that a wrong one is a problem like any other,
with the option in place of file and line; everything else keeps its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from plimsoll.ground.assumption import Assumption
from plimsoll.ground.paths import KeyPath, dotted
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.text.places import Place, Source, without_places
from plimsoll.text.source import parse

SET, REGION = "--set", "--region"

_KEY = re.compile(r"([^\s.\[\]=]+)((?:\[[0-9]{1,6}\])*)")
_LINE = re.compile(r"\bline [0-9]")
"""How a reason speaks of a line of a file; an option has none."""
_DEEPEST = 16
"""Keys and positions of one path; a spec has no place deeper than four."""
_SHOWN = 80
_ROOT = "value"
"""The key under which the value of an option is read, as if it were a file."""


@record
class Override:
    """One part of a spec as it was typed, what messages call it, and its value as YAML reads it."""

    path: KeyPath
    written: str
    option: str
    source: Source

    @property
    def value(self) -> object:
        """What to put there."""
        return self.source.value[_ROOT]


def put(path: KeyPath, value: object, by: str) -> Override:
    """Put data at a path; `by` is what problems call whoever says it."""
    return Override(path, by, by, without_places({_ROOT: value}, by))


@record
class Overrides:
    """Everything that the command line says of a spec, in its order; `regions` replace the spec's own.

    `otherwise` are the regions of a spec that names none, as the file `otherwise_by` says.
    """

    settings: tuple[Override, ...] = ()
    regions: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    otherwise_by: str = ""

    def as_settings(self) -> list[str]:
        """Write them as `PATH=VALUE` alone, for the configuration of a stack, which has one region itself."""
        named = ["region=null", f"regions=[{', '.join(self.regions)}]"] if self.regions else []
        return [*(setting.written for setting in self.settings), *named]

    def applied(self, source: Source) -> Source:
        """Put them into a spec; a path that leads nowhere is one of its problems."""
        for setting in self.settings:
            source = _set(source, setting)
        return _in_regions(source, self.regions, REGION) if self.regions else source

    def assumed_of(self, source: Source) -> tuple[Assumption, ...]:
        """Say what stands for keys that a spec leaves out, once the rest was applied to it."""
        if not self.otherwise or not names_no_region(source):
            return ()
        return (Assumption("regions", ", ".join(self.otherwise), None, self.otherwise_by),)

    def filled(self, source: Source) -> Source:
        """Put in what stands for keys that a spec leaves out."""
        if not self.otherwise or not names_no_region(source):
            return source
        return _in_regions(source, self.otherwise, self.otherwise_by)


def names_no_region(source: Source) -> bool:
    """Say whether a spec leaves it open where it runs."""
    return source.value.get("region") is None and source.value.get("regions") is None


def read_overrides(settings: Sequence[str], regions: Sequence[str]) -> Overrides:
    """Read the options as they were typed: `PATH=VALUE`, the value in YAML, and names of regions.

    Raises:
        SpecError: with every option that cannot be read.
    """
    found: list[Override] = []
    problems: list[Problem] = [*_not_one_region(regions)]
    for written in settings:
        try:
            found.append(_override(written))
        except PlimsollError as error:
            problems += error.problems
    if problems:
        raise SpecError(problems)
    return Overrides(tuple(found), tuple(regions))


def _not_one_region(regions: Sequence[str]) -> Iterator[Problem]:
    for region in regions:
        if "," in region:
            fix = "write " + " ".join(
                f"{REGION} {part.strip()}" for part in region.split(",") if part.strip()
            )
            yield Problem(f"{region[:_SHOWN]!r} is more than one region", "", fix, REGION)


def _override(written: str) -> Override:
    name, equals, value = written.partition("=")
    option = f"{SET} {written if len(written) <= _SHOWN else written[: _SHOWN - 1] + '…'}"
    if not equals:
        fix = f"write {SET} {name.strip() or 'load.qps'}=VALUE"
        raise SpecError(Problem("it says no value", "", fix, file=option))
    path = _path(name.strip(), option)
    try:
        return Override(path, written, option, _value(value, option))
    except SpecError as error:
        raise SpecError([_of_option(each, path, option) for each in error.problems]) from None


def _path(name: str, option: str) -> KeyPath:
    path: list[str | int] = []
    for part in name.split("."):
        match = _KEY.fullmatch(part)
        if match is None or len(path) > _DEEPEST:
            why = "keys are joined by dots, and a place in a list is counted from 0 in brackets"
            raise SpecError(Problem(f"{name[:_SHOWN]!r} is no path", why, "such as load.qps=10", file=option))
        path += [match[1], *(int(digits) for digits in re.findall("[0-9]+", match[2]))]
    return tuple(path)


def _value(text: str, option: str) -> Source:
    """Read a value as the YAML of a file: on lines of its own, so that every form of YAML may stand there."""
    indented = text.replace("\n", "\n  ")
    source = parse(f"{_ROOT}:\n  {indented}\n".encode(errors="surrogateescape"), option)
    if source.cut is not None:
        raise SpecError(source.cut)
    return source


def _of_option(problem: Problem, path: KeyPath, option: str) -> Problem:
    """Say a problem of the value's own text at the path where the value goes."""
    inside = problem.path[1:] if isinstance(problem.path, tuple) else ()
    why = "" if _LINE.search(problem.why) else problem.why
    return replace(problem, why=why, path=(*path, *inside), file=option, line=0, column=0)


def _set(source: Source, setting: Override) -> Source:
    try:
        value = _with(source.value, (), setting.path, setting.value)
    except _NoPlaceError as error:
        lost = replace(error.problem, path=setting.path, file=setting.option)
        return replace(source, problems=[*source.problems, lost])
    apart = _without(source, setting.path)
    theirs = setting.source
    return replace(
        apart,
        value=cast("dict[str, Any]", value),
        plain={**apart.plain, **_moved(theirs.plain, setting.path)},
        disputed={**apart.disputed, **_moved(theirs.disputed, setting.path)},
        refused=apart.refused | set(_moved(dict.fromkeys(theirs.refused), setting.path)),
        problems=[*apart.problems, *_told(theirs.problems, setting)],
        notes=(*apart.notes, *_told(theirs.notes, setting)),
        said={**apart.said, _new_part(source.value, setting.path): setting.option},
    )


def _in_regions(source: Source, regions: tuple[str, ...], by: str) -> Source:
    apart = _without(_without(source, ("region",)), ("regions",))
    left = {key: value for key, value in source.value.items() if key not in ("region", "regions")}
    if len(regions) == 1:
        named: dict[str, Any] = {"region": regions[0]}
        said: dict[KeyPath, str] = {("region",): f"{by} {regions[0]}"}
    else:
        named = {"regions": list(regions)}
        said = {("regions", place): f"{by} {region}" for place, region in enumerate(regions)}
    return replace(apart, value=left | named, said=dict(apart.said) | said)


class _NoPlaceError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _with(here: object, done: KeyPath, rest: KeyPath, value: object) -> object:
    """Copy what lies on the way to a place, with another value there; null takes the key away."""
    if not rest:
        return value
    key, more = rest[0], rest[1:]
    if isinstance(key, str):
        mapping = _mapping(here, done)
        if value is None and not more:
            return {name: item for name, item in mapping.items() if name != key}
        return {**mapping, key: _with(mapping.get(key), (*done, key), more, value)}
    items = _items(here, done)
    if key > len(items):
        why = f"it has {len(items)}, counted from 0"
        raise _NoPlaceError(Problem(f"{dotted(done)} has no item {key}", why, f"write [{len(items)}] to add"))
    old = items[key] if key < len(items) else None
    return [*items[:key], _with(old, (*done, key), more, value), *items[key + 1 :]]


def _mapping(here: object, done: KeyPath) -> Mapping[str, object]:
    """Read what must hold a key: a mapping, nothing yet, or the number that stands for one of its keys."""
    from plimsoll.spec.sections import key_of_number

    if here is None:
        return {}
    if isinstance(here, dict):
        return cast("dict[str, object]", here)
    if key := key_of_number(done):
        return {key: here}
    what = f"{dotted(done)} is no mapping in the spec"
    raise _NoPlaceError(Problem(what, "", f"give all of it: {SET} {dotted(done)}={{…}}"))


def _items(here: object, done: KeyPath) -> list[object]:
    """Read what must be a list: one, nothing yet, or the word that stands for a list of one."""
    if here is None:
        return []
    if isinstance(here, list):
        return cast("list[object]", here)
    if isinstance(here, str):
        return [here]
    raise _NoPlaceError(
        Problem(f"{dotted(done)} is no list in the spec", "", f"leave out [ ] behind {dotted(done)}")
    )


def _new_part(value: Mapping[str, object], path: KeyPath) -> KeyPath:
    """Name the part that an option alone says: the value, or the outermost mapping that it brings along."""
    here: object = cast("object", value)
    for length, key in enumerate(path[:-1], start=1):
        if isinstance(here, dict) and isinstance(key, str):
            here = cast("dict[str, object]", here).get(key)
        elif isinstance(here, list) and isinstance(key, int) and key < len(cast("list[object]", here)):
            here = cast("list[object]", here)[key]
        else:
            here = None
        if here is None:
            return path[:length]
    return path


def _without(source: Source, path: KeyPath) -> Source:
    """Forget what is known of the text at and below a path: something else says it now."""

    def below(each: KeyPath | str) -> bool:
        return each[: len(path)] == path

    return replace(
        source,
        values={each: place for each, place in source.values.items() if not below(each)} | {path: _NOWHERE},
        keys={each: place for each, place in source.keys.items() if not below(each)},
        plain={each: raw for each, raw in source.plain.items() if not below(each)},
        disputed={each: raw for each, raw in source.disputed.items() if not below(each)},
        refused=frozenset(each for each in source.refused if not below(each)),
        notes=tuple(note for note in source.notes if not below(note.path)),
        said={each: option for each, option in source.said.items() if not below(each)},
    )


_NOWHERE = Place(0, 0)


def _moved(known: Mapping[KeyPath, Any], path: KeyPath) -> dict[KeyPath, Any]:
    return {(*path, *each[1:]): item for each, item in known.items()}


def _told(problems: Sequence[Problem], setting: Override) -> list[Problem]:
    return [_of_option(problem, setting.path, setting.option) for problem in problems]
