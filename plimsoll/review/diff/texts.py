"""The texts of a side are specs, plans and locks; each becomes entries, what is neither is passed over."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, cast

from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.plan.again import any_spec_of
from plimsoll.review.diff.locked import is_of, locked_entry
from plimsoll.review.diff.shelf import Shelf
from plimsoll.review.diff.stored import PLAN_SCHEMA, stored_plan
from plimsoll.review.lock.record import SUFFIX
from plimsoll.review.solved.entry import Entry, asked_of
from plimsoll.review.solved.facts import FactNames
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun
from plimsoll.text.source import parse
from plimsoll.text.strict_json import NotJsonError, read_json

LOCK_FAMILY = "plimsoll.dev/lock/"
OURS = "plimsoll.dev/"

_OF_A_SPEC = ("load", "model", "measured")
"""Keys of which every spec has one; other files of a folder have other keys."""


@record
class SideText:
    """One file of a side: what messages call it, the folder that its paths begin in, and its text."""

    file: str
    folder: str
    text: str


Read = Callable[[SideText], LoadedSpec | LoadedRun]
"""Reads a spec with its overrides and its model."""


class SideReader:
    """Reads the entries of one side; `read_spec` reads a text as a spec."""

    def __init__(self, read_spec: Read, shelf: Shelf) -> None:
        self._read_spec, self._shelf = read_spec, shelf
        self._today = shelf.here.today
        self.passed_over: list[str] = []

    def entries(self, texts: Iterable[SideText], *, folder: bool) -> list[Entry]:
        """Read every text; in a folder what is no spec, plan or lock is passed over.

        Raises:
            SpecError: with every problem of every file, names that stand twice included.
        """
        problems: list[Problem] = []
        found: dict[str, Entry] = {}
        for text in texts:
            try:
                for entry in self._read(text, folder=folder):
                    other = found.get(entry.name)
                    if other is not None and not _beside(entry, other):
                        problems.append(_twice(entry, other))
                    found[entry.name] = entry if other is None else self._one_of(entry, other)
            except PlimsollError as error:
                problems += error.problems
        if problems:
            raise SpecError(problems)
        return list(found.values())

    def _read(self, text: SideText, *, folder: bool) -> Iterator[Entry]:
        document = _json(text) if text.text.lstrip()[:1] == "{" else None
        schema = str(document.get("schema", "")) if document is not None else ""
        if document is not None and schema == PLAN_SCHEMA:
            yield from self._plans(document, text)
        elif text.file.endswith(SUFFIX) or schema.startswith(LOCK_FAMILY):
            raw = text.text.encode("utf-8", "surrogatepass")
            yield locked_entry(raw, text.file, Path(text.folder) / PurePath(text.file).name, self._shelf)
        elif schema.startswith(OURS) or not _is_spec(text, document):
            if not folder:
                why = "a side is a spec, a plan, a lock, or a folder of them"
                raise SpecError(Problem("nothing to compare", why, "name one of those", file=text.file))
            self.passed_over.append(f"{text.file}: neither a spec, a plan nor a lock")
        else:
            loaded = self._read_spec(text)
            found = asked_of(loaded), loaded.architecture, self._today
            yield Entry(text.file, *found, assumed=loaded.assumed)

    def _one_of(self, one: Entry, other: Entry) -> Entry:
        """Take the lock of a spec for it, if it was made of the spec as it stands; else the spec."""
        lock, spec = (one, other) if one.plan is not None else (other, one)
        if is_of(lock, spec):
            return lock
        self.passed_over.append(f"{lock.file}: made of another spec than {spec.file}")
        return spec

    def _plans(self, document: Mapping[str, Any], text: SideText) -> Iterator[Entry]:
        plans = document.get("plans")
        for each in cast("list[object]", plans) if isinstance(plans, list) else [document]:
            plan = cast("dict[str, Any]", each if isinstance(each, dict) else {})
            if not isinstance(plan.get("workload"), dict):
                what, fix = "no plan that can be read", "write it again with 'plimsoll plan --format json'"
                raise SpecError(Problem(what, "it has no workload", fix, "workload", text.file))
            yield self._plan(plan, text)

    def _plan(self, plan: Mapping[str, Any], text: SideText) -> Entry:
        """A plan is an answer; a refusal has none, and is its spec on the day that it was asked for."""
        loaded = any_spec_of(plan, self._shelf.catalog, file=text.file)
        on = plan.get("asked_on")
        prices = self._shelf.on_day(on if isinstance(on, str) else None)
        perhaps = FactNames(self._today.tool, self._today.speed, prices)
        asked = asked_of(loaded), loaded.architecture
        if plan.get("outcome") != "plan":
            return Entry(text.file, *asked, perhaps)
        stored = stored_plan(plan, text.file)
        return Entry(text.file, *asked, perhaps, stored, perhaps)


def _json(text: SideText) -> Mapping[str, Any] | None:
    """Read JSON; None where it is not: YAML may begin alike."""
    try:
        found = read_json(text.text, text.file)
    except NotJsonError as error:
        if text.file.endswith(".json") or not error.wrong_syntax:
            raise SpecError(error.problem) from None
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


_SPEC_KEY = re.compile(r"^(load|model|measured)[ \t]*:", re.MULTILINE)
_KUBERNETES_KEY = re.compile(r"^apiVersion[ \t]*:", re.MULTILINE)


def _is_spec(text: SideText, document: Mapping[str, Any] | None) -> bool:
    """Say whether a text means to be a spec; one that cannot be read is taken for one, so that it is told."""
    if document is None and _SPEC_KEY.search(text.text):
        return not _KUBERNETES_KEY.search(text.text)
    value = document if document is not None else parse(text.text.encode(), text.file).value
    return "apiVersion" not in value and (not value or any(key in value for key in _OF_A_SPEC))


def _beside(one: Entry, other: Entry) -> bool:
    """Say whether one is a lock and the other the spec that it stands beside."""
    if (one.plan is None) == (other.plan is None):
        return False
    lock, spec = (one, other) if one.plan is not None else (other, one)
    return _lock_of(spec.file) == lock.file


def _lock_of(spec: str) -> str:
    """Name the lock of a spec, also at a commit, where its name is no path here."""
    return spec.removesuffix(PurePath(spec).suffix) + SUFFIX


def _twice(entry: Entry, other: Entry) -> Problem:
    what = f"two workloads of one side are named {entry.name!r}"
    return Problem(what, f"the other is {other.file}", "name one of them otherwise", "name", entry.file)
