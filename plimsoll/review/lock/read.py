"""Read a lock: every way in which it is not what was written is told, with its line."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from plimsoll.files.looking import bytes_of
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.tree import Trouble, View
from plimsoll.review.lock.decoded import IllTypedError, decoded
from plimsoll.review.lock.edited import edited_at
from plimsoll.review.lock.record import (
    SCHEMA,
    SEAL,
    SUFFIX,
    Facts,
    FactsFile,
    Folder,
    Lock,
    LockedPrice,
    LockedSpec,
    PricesRead,
    Tool,
)
from plimsoll.review.lock.text import as_data, digest_of, unknown_to
from plimsoll.sizing.work.base import Traits
from plimsoll.text.json_places import placed
from plimsoll.text.sealed import marker_problems, seal_problem
from plimsoll.text.strict_json import NotJsonError, read_json

T = TypeVar("T")

_FAMILY, _NEWEST = SCHEMA.split("/v")
_TAKE_A_SIDE = "take either side, then run plimsoll lock"
_LOCK_AGAIN = "take the file as it was, or write it anew: plimsoll lock --replace SPEC"


class EditedError(SpecError):
    """A lock is whole and well-formed, and not what was written."""


def lock_path(spec: Path) -> Path:
    """Name the lock of a spec: beside it, with the stem of its name; a lock is its own.

    Raises:
        SpecError: it is a folder, with no name to take a stem of: `.`, `..`, `/`.
    """
    if spec.name in {"", ".."}:
        raise SpecError(Problem("this is a folder", "", "name the file in it", file=str(spec)))
    if spec.name.endswith(SUFFIX):
        return spec
    return spec.with_name(spec.name.removesuffix(spec.suffix) + SUFFIX)


def read_lock(path: Path) -> Lock:
    """Read a lock from its file.

    Raises:
        SpecError: it cannot be read, or is not what was written; with the line where that shows.
    """
    return lock_from(bytes_of(path), str(path))


def lock_from(raw: bytes, file: str) -> Lock:
    """Read the bytes of a lock; `file` is what problems call it.

    Raises:
        SpecError: as `read_lock`.
    """
    if b"\r\n" in raw:
        why, fix = (
            "its digest counts LF alone",
            "have git keep them: *.lock.json text eol=lf in .gitattributes",
        )
        line = raw.count(b"\n", 0, raw.index(b"\r\n")) + 1
        raise SpecError(Problem("its lines end in CR LF", why, fix, "", file, line, 1))
    if marks := marker_problems(raw, file, _TAKE_A_SIDE):
        raise SpecError(marks)
    text, document = _parsed(raw, file)
    if wrong := _other_schema(document):
        raise SpecError(_placed(wrong, text, file))
    if (broken := seal_problem(raw, SEAL, file, _LOCK_AGAIN)) is not None:
        raise EditedError(_where_it_was_changed(broken, document, text))
    try:
        return _lock(document)
    except _NoLockError as error:
        raise SpecError(_placed(error.problem, text, file)) from None


def _where_it_was_changed(broken: Problem, document: Mapping[str, Any], text: str) -> Problem:
    """Name the line that was edited, where it does not agree with the rest of the lock any more."""
    path = edited_at(document)
    return _placed(replace(broken, path=path, line=0, column=0), text, broken.file) if path else broken


def _parsed(raw: bytes, file: str) -> tuple[str, Mapping[str, Any]]:
    try:
        text = raw.decode("utf-8")
        found: object = read_json(text, file)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SpecError(Problem("not UTF-8 text", "", _LOCK_AGAIN, "", file, line, 1)) from None
    except NotJsonError as error:
        at = error.problem
        why = "; ".join(part for part in (at.what, at.why) if part)
        problem = Problem("no lock", why, _LOCK_AGAIN, at.path, file, at.line or 1, at.column or 1)
        raise SpecError(problem) from None
    if not isinstance(found, dict):
        raise SpecError(Problem("no lock", "it is no JSON object", _LOCK_AGAIN, "", file, 1, 1))
    return text, cast("dict[str, Any]", found)


def _other_schema(document: Mapping[str, Any]) -> Problem | None:
    said = document.get("schema")
    if said == SCHEMA:
        return None
    family, slash, version = str(said).rpartition("/v")
    if slash and family == _FAMILY and version.isdecimal() and int(version[:9]) > int(_NEWEST):
        why = f"this release reads locks up to {SCHEMA}"
        return Problem(f"a lock of schema {said!s:.60}", why, "use the release that wrote it", "schema")
    why = f"schema is {said!s:.60}" if "schema" in document else "it has no schema"
    return Problem("no lock", f"{why}, not {SCHEMA}", "lock a spec: plimsoll lock SPEC", "schema")


class _NoLockError(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def _refuse(_: Trouble, why: str) -> Exception:
    path, rest = why.split(" ", 1)
    return _NoLockError(Problem(rest, "", _LOCK_AGAIN, path))


def _placed(problem: Problem, text: str, file: str) -> Problem:
    """Give a problem the line of its path, or of what stands nearest above it."""
    (found,) = placed([replace(problem, file=file)], text, file)
    return found if found.line else replace(found, line=1, column=1)


def _lock(document: Mapping[str, Any]) -> Lock:
    root = View(document, "", _refuse)
    plan = root["plan"].required().mapping()
    lock = Lock(
        schema=SCHEMA,
        tool=Tool(root["tool"]["version"].text(), root["tool"]["solver"].count()),
        spec=_asked(root["spec"]),
        facts=_facts(root["facts"]),
        work=_work(root["work"]),
        rows=tuple(_row(each) for each in root["rows"].required().items()),
        plan=plan,
        document_sha256=root["document_sha256"].text(),
        lock_sha256=root[SEAL].text(),
    )
    _check_workload(root, lock)
    return replace(lock, more=unknown_to(as_data(lock), document))


def _check_workload(root: View, lock: Lock) -> None:
    """Hold what the lock says of its spec against the plan in it: one without the other says nothing."""
    outcome = root["plan"]["outcome"]
    if outcome.text() != "plan":
        raise outcome.fail("is no plan: a refusal is never locked")
    workload = root["plan"]["workload"].required().mapping()
    digest = digest_of(workload)
    if digest != lock.spec.sha256:
        raise root["spec"]["sha256"].fail(f"is not that of plan.workload, {digest[:12]}…")
    config = workload.get("config")
    if lock.spec.config_sha256 != (None if config is None else digest_of(config)):
        raise root["spec"]["config_sha256"].fail("does not belong to plan.workload.config")


def _asked(spec: View) -> LockedSpec:
    return LockedSpec(spec["file"].text(), spec["sha256"].text(), _optional(spec["config_sha256"], View.text))


def _facts(facts: View) -> Facts:
    prices = facts["prices"].required()
    return Facts(
        prices=PricesRead(
            name=prices["name"].text(),
            sha256=prices["sha256"].text(),
            as_of=prices["as_of"].text(),
            services_as_of=prices["services_as_of"].text(),
            regions=_texts(prices["regions"]),
            folder=_optional(prices["folder"], _folder),
        ),
        speed=_file(facts["speed"].required()),
        catalog=_file(facts["catalog"].required()),
        discounts=_optional(facts["discounts"], _file),
        calibration=_optional(facts["calibration"], _file),
    )


def _optional(view: View, read: Callable[[View], T]) -> T | None:
    return None if view.absent else read(view)


def _file(view: View) -> FactsFile:
    return FactsFile(view["name"].text(), view["sha256"].text(), _optional(view["as_of"], View.text))


def _folder(view: View) -> Folder:
    return Folder(view["manifest_sha256"].text(), view["taken_on"].text(), _texts(view["missing"]))


def _texts(view: View) -> tuple[str, ...]:
    return tuple(each.text() for each in view.required().items())


def _work(view: View) -> Traits:
    view.required().mapping()
    try:
        return decoded(Traits, view.value, view.path)
    except IllTypedError as error:
        raise _NoLockError(Problem(str(error), "", _LOCK_AGAIN, error.path)) from None


def _row(view: View) -> LockedPrice:
    return LockedPrice(
        view["key"].text(), view["usd_per_unit"].text(), view["source"].text(), view["as_of"].text()
    )


def no_lock(spec: Path) -> Problem:
    """Say that a spec has no lock."""
    path = lock_path(spec)
    fix = "name a lock that is there" if path == spec else f"write it: plimsoll lock {spec}"
    return Problem("there is no lock", "a lock stands beside its spec", fix, file=str(path))
