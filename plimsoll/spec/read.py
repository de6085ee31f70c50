"""Read a workload spec from text, data or a file: all that is wrong with it, at once, with its place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from plimsoll.catalog.facts import Catalog
from plimsoll.files.bounded import read_bounded, standard_input
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.spec import defaults
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.known_names import fact_problems
from plimsoll.spec.runs.kinds import INFERENCE_KIND, kind_said, run_kind
from plimsoll.spec.workload import CONTRADICTIONS_APART, ModelShape, Workload
from plimsoll.text.places import Source, in_order, without_places
from plimsoll.text.source import parse
from plimsoll.text.syntax import MAX_BYTES

if TYPE_CHECKING:  # start-up: read where an option says something of a spec
    from plimsoll.spec.overrides import Overrides

STDIN = "-"
_STDIN_SHOWN = "<stdin>"
_CONFIG = "config.json"


@record
class LoadedSpec:
    """A spec was read and is right; here it is with the facts it needs.

    `architecture` is the model (None for a measured service); `catalog` knows it under the name that
    the workload uses, also when it came from a config.json or from a few numbers.
    """

    workload: Workload
    catalog: Catalog
    architecture: Architecture | None
    notes: tuple[Problem, ...] = ()
    """What is right in the spec, and may be meant otherwise."""
    assumed: tuple[Assumption, ...] = ()
    """What stands for keys that the spec leaves out, where a file of the project says it."""


@record
class LoadedRun:
    """The spec of a run was read and is right; here it is with the facts it needs.

    `spec` is of the model that its kind has (`plimsoll.spec.runs`); the rest is as of a `LoadedSpec`.
    """

    kind: str
    spec: Any
    catalog: Catalog
    architecture: Architecture | None
    notes: tuple[Problem, ...] = ()
    assumed: tuple[Assumption, ...] = ()


def read_workload(path: Path | str, overrides: "Overrides | None" = None) -> Workload:
    """Read and check a spec without any facts; `-` reads standard input.

    Raises:
        SpecError: with every problem of the file.
    """
    source = _source(path)
    said = overrides.applied(source) if overrides is not None else source
    _must_serve(said)
    return _checked(said, None, None)


def load_workload(path: Path | str, catalog: Catalog, overrides: "Overrides | None" = None) -> LoadedSpec:
    """Read a service's spec and check it against the facts; find its model. `-` reads standard input.

    `overrides` are read as if the file said so.

    Raises:
        SpecError: with every problem of the file, those that only the catalogue shows included; or it is
            the spec of a run.
    """
    found = load_any(path, catalog, overrides)
    if isinstance(found, LoadedRun):
        raise _not_yet(found.kind, str(path))
    return found


def load_any(
    path: Path | str, catalog: Catalog, overrides: "Overrides | None" = None
) -> LoadedSpec | LoadedRun:
    """Read the spec of any kind of work and check it against the facts; find its model.

    Raises:
        SpecError: with every problem of the file, those that only the catalogue shows included.
    """
    folder = Path() if str(path) == STDIN else Path(path).parent
    written = _source(path)
    if overrides is None:
        return _of_any_kind(written, catalog, folder)
    said = overrides.applied(written)
    found = _of_any_kind(overrides.filled(said), catalog, folder)
    assumed = overrides.assumed_of(said)
    if isinstance(found, LoadedRun):
        return replace(found, assumed=assumed)
    return replace(found, assumed=assumed)


def _of_any_kind(source: Source, catalog: Catalog, folder: Path) -> LoadedSpec | LoadedRun:
    if "kind" not in source.value or kind_said(source.value) == INFERENCE_KIND:
        return _loaded(source, catalog, folder)
    model, unread = _architecture(source, folder, catalog)
    spec = _checked(source, catalog, model, unread)
    if model is not None:
        catalog = _knowing(catalog, model, spec.model)
    return LoadedRun(kind_said(source.value), spec, catalog, model, source.notes)


def _must_serve(source: Source) -> None:
    if "kind" in source.value and kind_said(source.value) != INFERENCE_KIND:
        raise _not_yet(kind_said(source.value), source.file)


def _not_yet(kind: str, file: str) -> SpecError:
    why = "the objects of work that ends are not built yet"
    fix = "'plimsoll plan' and 'plimsoll why-not' answer it"
    return SpecError(Problem(f"this command does not take kind: {kind}", why, fix, ("kind",), file=file))


def from_text(raw: bytes, catalog: Catalog, *, file: str, folder: Path = Path()) -> LoadedSpec:
    """Check a spec that was read already; `file` is what problems call it.

    A path in `model` is followed from `folder`.

    Raises:
        SpecError: with every problem of the text.
    """
    return _loaded(parse(raw, file), catalog, folder)


def from_data(data: Mapping[str, Any], catalog: Catalog, *, file: str, folder: Path = Path()) -> LoadedSpec:
    """Check a spec that is data already: mappings, lists, text, numbers, booleans and None.

    Raises:
        SpecError: with every problem; each names its key, and no line.
    """
    return _loaded(without_places(data, file), catalog, folder)


def from_any_data(
    data: Mapping[str, Any], catalog: Catalog, *, file: str, folder: Path = Path()
) -> LoadedSpec | LoadedRun:
    """Check the spec of any kind of work that is data already.

    Raises:
        SpecError: with every problem; each names its key, and no line.
    """
    return _of_any_kind(without_places(data, file), catalog, folder)


def is_config_path(model: str) -> bool:
    """Say whether the text of `model` is a path to a config.json or its folder, not a catalogue name."""
    if "://" in model:
        return False  # nothing is fetched
    return model.endswith(".json") or model.startswith(("./", "../", "/", "~/"))


def _loaded(source: Source, catalog: Catalog, folder: Path) -> LoadedSpec:
    _must_serve(source)
    model, unread = _architecture(source, folder, catalog)
    workload: Workload = _checked(source, catalog, model, unread)
    if model is not None:
        catalog = _knowing(catalog, model, workload.model)
    return LoadedSpec(workload, catalog, model, source.notes)


def _knowing(catalog: Catalog, model: Architecture, named: object) -> Catalog:
    """Let a catalogue know a model under the name that a spec uses."""
    if catalog.models.get(model.name) is model:
        return catalog
    name = named if isinstance(named, str) else model.name
    return replace(catalog, models={**catalog.models, name: model})


def _architecture(
    source: Source, folder: Path, catalog: Catalog
) -> tuple[Architecture | None, list[Problem]]:
    """Find the model that a spec names, describes or points to; or why it cannot be had."""
    model: object = source.value.get("model")
    try:
        if isinstance(model, dict):
            shape = ModelShape.model_validate(model)
            from plimsoll.models.from_size import KnownSize, from_size  # start-up: few models are sizes

            return from_size(f"{_name(source)} (model)", KnownSize(**shape.model_dump())), []
        if isinstance(model, str):
            return _named(folder, model, catalog), []
    except ValidationError:
        return None, []  # the schema says it better
    except PlimsollError as error:
        return None, [_placed_beside(problem, source) for problem in error.problems]
    return None, []


def _named(folder: Path, model: str, catalog: Catalog) -> Architecture | None:
    """Follow a path; find a name in the catalogue, or else a folder of that name with a config.json."""
    if is_config_path(model):
        return _from_config(folder, model)
    found = catalog.model(model)
    if found is not None:
        return found
    from plimsoll.files.folder import holds

    return _from_config(folder, model) if holds(folder, model, _CONFIG) else None


def _from_config(folder: Path, reference: str) -> Architecture:
    from plimsoll.files.folder import referred
    from plimsoll.models.read import read_config

    try:
        file = referred(folder, reference, _CONFIG)
    except (OSError, ValueError, RuntimeError) as error:
        raise SpecError(Problem(f"{reference}: cannot be read: {error}", path=("model",))) from None
    if file is None:
        what = f"{reference} is not a regular file"
        raise SpecError(Problem(what, "", f"give the path of the model's {_CONFIG}", ("model",)))
    return read_config(file)


def _placed_beside(problem: Problem, source: Source) -> Problem:
    """Place a problem of the model, or of the file the spec points to, where the spec mentions it."""
    if not problem.file:
        return _placed(problem, source)
    what = ": ".join(part for part in (problem.file, problem.where, problem.what) if part)
    return _placed(Problem(what, problem.why, problem.fix, ("model",)), source)


def _checked(
    source: Source, catalog: Catalog | None, model: Architecture | None, unread: Sequence[Problem] = ()
) -> Any:  # noqa: ANN401 - the model of the spec's kind
    problems: list[Problem] = []
    workload: BaseModel | None = None
    form, contradicted, unknown = _rules(source)
    try:
        named = {"name": _name(source), **source.value}
        workload = form.model_validate(named, context=CONTRADICTIONS_APART)
    except ValidationError as error:
        from plimsoll.spec.problems import schema_problems

        problems = schema_problems(error.errors(include_url=False), source)
    if source.cut is not None:
        standing = [_placed(each, source) for each in problems if _stands(each.path, source)]
        raise SpecError([*in_order([*source.problems, *standing]), source.cut])
    _add(problems, contradicted(source.value))
    if source.disputed:
        from plimsoll.spec.problems import unquoted_problems

        _add(problems, unquoted_problems(source, {problem.path for problem in problems}))
    if catalog is not None:
        _add(problems, unknown(source.value, catalog, model, model_known=not unread))
    if problems:
        from plimsoll.spec.placeholders import placeholders

        unfilled = placeholders(source)
        _add(unfilled, problems)
        problems = unfilled
    hidden = {problem.path for problem in unread}
    placed = [_placed(each, source) for each in problems if not _refused(each.path, source)]
    everything = [*source.problems, *unread, *(each for each in placed if each.path not in hidden)]
    if everything or workload is None:
        raise SpecError(in_order(everything))
    return workload


def _rules(
    source: Source,
) -> tuple[type[BaseModel], Callable[..., list[Problem]], Callable[..., list[Problem]]]:
    """Find the form of a spec's kind, what contradicts itself in it, and what the catalogue does not know."""
    kind = run_kind(kind_said(source.value)) if "kind" in source.value else None
    if kind is None:
        return Workload, contradictions, fact_problems
    return kind.model, kind.rules.contradictions, kind.rules.facts


def _add(problems: list[Problem], more: Iterable[Problem]) -> None:
    """Add problems of values that have none yet: the first is the one to mend."""
    known = {problem.path for problem in problems}
    problems += [problem for problem in more if problem.path not in known]


def _stands(path: KeyPath | str, source: Source) -> bool:
    """Say whether a problem is one of what was read; what is missing may stand where reading stopped."""
    return path in source.values or path in source.keys


def _refused(path: KeyPath | str, source: Source) -> bool:
    return any(path[: len(refused)] == refused for refused in source.refused)


def _placed(problem: Problem, source: Source) -> Problem:
    return problem if problem.file else source.placed(problem)


def _name(source: Source) -> str:
    """Take the name that a spec has, or that its file lends it."""
    given = source.value.get("name")
    if isinstance(given, str):
        return given
    from plimsoll.spec.hints import dns_label

    file = "" if source.file == _STDIN_SHOWN else Path(source.file).name
    return dns_label(file.partition(".")[0]) or defaults.NAME


def _source(path: Path | str) -> Source:
    if str(path) == STDIN:
        return parse(standard_input(MAX_BYTES), _STDIN_SHOWN)
    return parse(_bytes(Path(path)), str(path))


def _bytes(path: Path) -> bytes:
    try:
        return read_bounded(path, MAX_BYTES)
    except SpecError as error:
        if error.problems[0].what != "no such file":
            raise
        raise SpecError(replace(error.problems[0], fix=_nearby(path))) from None


def _nearby(path: Path) -> str:
    from plimsoll.files.folder import names_in
    from plimsoll.ground.problems import nearest

    near = nearest(path.name, names_in(path.parent, (".yaml", ".yml")))
    return near or "run 'plimsoll new NAME' for one to start from"
