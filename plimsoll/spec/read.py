"""Read a workload spec from a file: everything that is wrong with it, at once, with its place."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from plimsoll.catalog.facts import Catalog
from plimsoll.files.bounded import read_bounded
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.known_names import fact_findings
from plimsoll.spec.workload import ModelShape, Workload
from plimsoll.text.draft import Finding, SpecPath
from plimsoll.text.places import Source, dotted, in_order
from plimsoll.text.source import parse
from plimsoll.text.syntax import MAX_BYTES

STDIN = "-"


@record
class LoadedSpec:
    """A spec that is right, with the facts it needs.

    `architecture` is the model (None for a measured service); `catalog` knows it under the name that
    the workload uses, also when it came from a config.json or from a few numbers.
    """

    workload: Workload
    catalog: Catalog
    architecture: Architecture | None


def read_workload(path: Path | str) -> Workload:
    """Read and check a spec without any facts; `-` reads standard input.

    Raises:
        SpecError: with every problem of the file.
    """
    return _checked(_source(path), None, None)


def load_workload(path: Path | str, catalog: Catalog) -> LoadedSpec:
    """Read a spec and check it against the facts; find its model.

    Raises:
        SpecError: with every problem of the file, those that only the catalogue shows included.
    """
    source = _source(path)
    model, unread = _architecture(source, Path() if str(path) == STDIN else Path(path).parent, catalog)
    workload = _checked(source, catalog, model, unread)
    if model is not None and catalog.models.get(model.name) is not model:
        name = workload.model if isinstance(workload.model, str) else model.name
        catalog = replace(catalog, models={**catalog.models, name: model})
    return LoadedSpec(workload, catalog, model)


def is_config_path(model: str) -> bool:
    """Whether the text of `model` is a path to a config.json rather than a catalogue name."""
    if "://" in model:
        return False  # nothing is fetched
    return model.endswith(".json") or model.startswith(("./", "../", "/", "~/"))


def _architecture(
    source: Source, folder: Path, catalog: Catalog
) -> tuple[Architecture | None, list[Problem]]:
    """Find the model that a spec names, describes or points to; or why it cannot be had."""
    model: object = source.value.get("model")
    try:
        if isinstance(model, dict):
            shape = ModelShape.model_validate(model)
            return from_size(f"{_name(source)} (model)", KnownSize(**shape.model_dump())), []
        if isinstance(model, str):
            return _from_config(folder, model) if is_config_path(model) else catalog.model(model), []
    except ValidationError:
        return None, []  # the schema says it better
    except PlimsollError as error:
        return None, [_placed_beside(problem, source) for problem in error.problems]
    return None, []


def _from_config(folder: Path, reference: str) -> Architecture:
    from plimsoll.models.read import read_config

    try:
        file = folder / Path(reference).expanduser()
        file = file / "config.json" if file.is_dir() else file
        odd = file.exists() and not file.is_file()
    except (OSError, ValueError, RuntimeError) as error:
        raise SpecError(Problem(f"{reference}: cannot be read: {error}", path="model")) from None
    if odd:
        what = f"{reference} is not a regular file"
        raise SpecError(Problem(what, "", "give the path of the model's config.json", path="model"))
    return read_config(file)


def _placed_beside(problem: Problem, source: Source) -> Problem:
    """Place a problem of the model, or of the file the spec points to, where the spec mentions it."""
    own = not problem.file
    path = tuple(problem.path.split(".")) if own and problem.path else ("model",)
    what = (
        problem.what
        if own
        else ": ".join(part for part in (problem.file, problem.path, problem.what) if part)
    )
    return _placed(Finding(path, what, problem.why, problem.fix), source)


def _checked(
    source: Source, catalog: Catalog | None, model: Architecture | None, unread: Sequence[Problem] = ()
) -> Workload:
    findings: list[Finding] = []
    workload: Workload | None = None
    try:
        workload = Workload.model_validate({"name": _name(source), **source.value})
    except ValidationError as error:
        from plimsoll.spec.problems import schema_findings

        findings = schema_findings(error.errors(include_url=False), source)
    _add(findings, contradictions(source.value))
    if source.disputed:
        from plimsoll.spec.problems import unquoted_findings

        _add(findings, unquoted_findings(source, {finding.path for finding in findings}))
    if catalog is not None:
        _add(findings, fact_findings(source.value, catalog, model, model_known=not unread))
    places = {problem.path for problem in unread}
    problems = [_placed(finding, source) for finding in findings if not _refused(finding.path, source)]
    problems = [*source.problems, *unread, *(item for item in problems if item.path not in places)]
    if problems or workload is None:
        raise SpecError(in_order(problems))
    return workload


def _add(findings: list[Finding], more: Iterable[Finding]) -> None:
    """Add findings about values that have none yet: the first is the one to mend."""
    known = {finding.path for finding in findings}
    findings += [finding for finding in more if finding.path not in known]


def _refused(path: SpecPath, source: Source) -> bool:
    return any(path[: len(refused)] == refused for refused in source.refused)


def _placed(finding: Finding, source: Source) -> Problem:
    place = source.place(finding.path, of_key=finding.what.startswith("unknown key"))
    return Problem(
        finding.what,
        finding.why,
        finding.fix,
        path=dotted(finding.path),
        file=source.file,
        line=place.line,
        column=place.column,
    )


def _name(source: Source) -> str:
    """The name that a spec has, or that its file lends it."""
    given = source.value.get("name")
    if isinstance(given, str):
        return given
    from plimsoll.spec.hints import dns_label

    file = "" if source.file == "<stdin>" else Path(source.file).name
    return dns_label(file.partition(".")[0]) or "workload"


def _source(path: Path | str) -> Source:
    if str(path) == STDIN:
        return parse(sys.stdin.buffer.read(MAX_BYTES + 1) if sys.stdin else b"", "<stdin>")
    return parse(_bytes(Path(path)), str(path))


def _bytes(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_BYTES)
    except SpecError as error:
        if error.problems[0].what != "no such file":
            raise
        raise SpecError(replace(error.problems[0], fix=_nearby(path))) from None


def _nearby(path: Path) -> str:
    from plimsoll.ground.problems import nearest

    try:
        names = sorted(item.name for item in path.parent.iterdir() if item.suffix in (".yaml", ".yml"))
    except OSError:
        return "run 'plimsoll new NAME' for one to start from"
    return nearest(path.name, names) or "run 'plimsoll new NAME' for one to start from"
