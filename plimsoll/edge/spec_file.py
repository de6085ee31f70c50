"""Read a workload spec from a file: everything that is wrong with it, at once, with its place."""

import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from plimsoll.architecture import Architecture
from plimsoll.catalog import Catalog
from plimsoll.edge.spec_problems import schema_findings, unquoted_findings
from plimsoll.edge.yaml_source import MAX_BYTES, Source, dotted, in_order, parse, too_large
from plimsoll.errors import PlimsollError, Problem, SpecError
from plimsoll.spec_facts import fact_findings
from plimsoll.spec_hints import dns_label
from plimsoll.spec_rules import Finding, SpecPath, contradictions
from plimsoll.workload import ModelShape, Workload

STDIN = "-"


@dataclass(frozen=True, slots=True)
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
    return _checked(_source(path), None)


def load_workload(path: Path | str, catalog: Catalog) -> LoadedSpec:
    """Read a spec and check it against the facts; find its model.

    Raises:
        SpecError: with every problem of the file, those that only the catalogue shows included.
    """
    source = _source(path)
    custom: Architecture | None = None
    unread: list[Problem] = []
    reference = source.value.get("model")
    if isinstance(reference, str) and is_config_path(reference):
        custom, unread = _from_config(source, reference, path)
        if custom is not None:
            catalog = _extended(catalog, reference, custom)
    workload = _checked(source, catalog, unread)
    if isinstance(workload.model, ModelShape):
        from plimsoll.hf_config import from_shape

        name = f"{workload.name} (model)"
        custom = from_shape(name, workload.model)
        catalog = _extended(catalog, name, custom)
    elif workload.model is not None:
        custom = catalog.model(workload.model)
    return LoadedSpec(workload, catalog, custom)


def is_config_path(model: str) -> bool:
    """Whether the text of `model` is a path to a config.json rather than a catalogue name."""
    return model.endswith(".json") or model.startswith(("./", "../", "/", "~/"))


def _from_config(
    source: Source, reference: str, spec: Path | str
) -> tuple[Architecture | None, list[Problem]]:
    from plimsoll.edge.model_files import read_config

    folder = Path() if str(spec) == STDIN else Path(spec).parent
    file = folder / Path(reference).expanduser()
    try:
        return read_config(file / "config.json" if file.is_dir() else file), []
    except PlimsollError as error:
        place = source.place(("model",))
        here = {"file": source.file, "path": "model", "line": place.line, "column": place.column}
        return None, [
            replace(problem, what=f"{problem.file}: {problem.what}" if problem.file else problem.what, **here)
            for problem in error.problems
        ]


def _extended(catalog: Catalog, name: str, model: Architecture) -> Catalog:
    return replace(catalog, models={**catalog.models, name: model})


def _checked(source: Source, catalog: Catalog | None, known: Iterable[Problem] = ()) -> Workload:
    problems = [*source.problems, *known]
    data = dict(source.value)
    data.setdefault("name", _default_name(source.file))
    findings: list[Finding] = []
    workload: Workload | None = None
    try:
        workload = Workload.model_validate(data)
    except ValidationError as error:
        findings = schema_findings(error.errors(include_url=False), source)
    ill_formed = {finding.path for finding in findings}
    findings += [item for item in contradictions(source.value) if item.path not in ill_formed]
    findings += unquoted_findings(source, {finding.path for finding in findings})
    if catalog is not None:
        reported = {finding.path for finding in findings} | {("model",) for _ in known}
        findings += [item for item in fact_findings(source.value, catalog) if item.path not in reported]
    problems += [_placed(finding, source) for finding in findings if not _refused(finding.path, source)]
    if problems or workload is None:
        raise SpecError(in_order(problems))
    return workload


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


def _default_name(file: str) -> str:
    name = "" if file == "<stdin>" else Path(file).name
    return dns_label(name.partition(".")[0]) or "workload"


def _source(path: Path | str) -> Source:
    if str(path) == STDIN:
        return parse(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>")
    return parse(_bytes(Path(path)), str(path))


def _bytes(path: Path) -> bytes:
    file = str(path)
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise SpecError(Problem("this is a folder", "a spec is a file", "name the file in it", file=file))
        if about.st_size > MAX_BYTES:
            raise SpecError(too_large(file, about.st_size))
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        fix = _nearby(path)
        raise SpecError(Problem("no such file", "", fix, file=file)) from None
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
        what = f"cannot be read: {os.strerror(number).lower() if number else error}"
        raise SpecError(Problem(what, "", "check its name and permissions", file=file)) from None


def _nearby(path: Path) -> str:
    from plimsoll.errors import nearest

    try:
        names = sorted(item.name for item in path.parent.iterdir() if item.suffix in (".yaml", ".yml"))
    except OSError:
        return "run 'plimsoll new NAME' for one to start from"
    return nearest(path.name, names) or "run 'plimsoll new NAME' for one to start from"
