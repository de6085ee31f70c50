"""Read a workload spec from text, data or a file: all that is wrong with it, at once, with its place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ValidationError

from plimsoll.catalog.facts import Catalog
from plimsoll.files.bounded import read_bounded, standard_input
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.paths import KeyPath
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.models.read import CONFIG
from plimsoll.spec import defaults
from plimsoll.spec.contradictions import contradictions
from plimsoll.spec.runs.kinds import INFERENCE_KIND, kind_said, run_kind
from plimsoll.spec.workload import CONTRADICTIONS_APART, ModelShape, Workload
from plimsoll.spec.wrong.known_names import fact_problems
from plimsoll.text.places import Source, in_order, without_places
from plimsoll.text.source import parse
from plimsoll.text.syntax import MAX_BYTES

if TYPE_CHECKING:  # start-up: read where an option says something of a spec
    from plimsoll.spec.overrides import Overrides

STDIN = "-"
_STDIN_SHOWN = "<stdin>"


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


def read_workload(path: Path | str, overrides: "Overrides | None" = None) -> Workload:
    """Read and check a spec without any facts; `-` reads standard input.

    Raises:
        SpecError: with every problem of the file.
    """
    source = source_of(path)
    said = overrides.applied(source) if overrides is not None else source
    _must_serve(said)
    return checked(said, None, None)


def load_workload(path: Path | str, catalog: Catalog, overrides: "Overrides | None" = None) -> LoadedSpec:
    """Read a service's spec and check it against the facts; find its model. `-` reads standard input.

    `overrides` are read as if the file said so.

    Raises:
        SpecError: with every problem of the file, those that only the catalogue shows included; or it is
            the spec of a run.
    """
    folder = Path() if str(path) == STDIN else Path(path).parent
    return as_said(source_of(path), catalog, folder, overrides)


def as_said(source: Source, catalog: Catalog, folder: Path, overrides: "Overrides | None") -> LoadedSpec:
    """Check a service's spec as if it said what options say."""
    if overrides is None:
        return _loaded(source, catalog, folder)
    said = overrides.applied(source)
    return replace(_loaded(overrides.filled(said), catalog, folder), assumed=overrides.assumed_of(said))


def from_data(data: Mapping[str, Any], catalog: Catalog, *, file: str, folder: Path = Path()) -> LoadedSpec:
    """Check a spec that is data already: mappings, lists, text, numbers, booleans and None.

    Raises:
        SpecError: with every problem; each names its key, and no line.
    """
    return _loaded(without_places(data, file), catalog, folder)


def is_config_path(model: str) -> bool:
    """Say whether the text of `model` is a path to a config.json or its folder, not a catalogue name."""
    if "://" in model:
        return False  # nothing is fetched
    return model.endswith(".json") or model.startswith(("./", "../", "/", "~/"))


def _must_serve(source: Source) -> None:
    """Refuse the spec of a run for who takes services alone."""
    kind = kind_said(source.value) if "kind" in source.value else INFERENCE_KIND
    if kind != INFERENCE_KIND:
        why = "it is about services that answer requests"
        fix = "'plimsoll plan', 'why-not', 'manifests', 'quota' and stacks take it"
        raise SpecError(Problem(f"this command does not take kind: {kind}", why, fix, ("kind",), source.file))


def _loaded(source: Source, catalog: Catalog, folder: Path) -> LoadedSpec:
    _must_serve(source)
    source = as_left_out(source)
    model, config, unread = model_of(source, folder, catalog)
    workload: Workload = checked(source, catalog, model, unread)
    if config is not None:
        workload = workload.model_copy(update={"config": dict(config)})
    if model is not None:
        catalog = knowing(catalog, model, workload.model)
    return LoadedSpec(workload, catalog, model, source.notes)


def knowing(catalog: Catalog, model: Architecture, named: object) -> Catalog:
    """Let a catalogue know a model under the name that a spec uses."""
    if catalog.models.get(model.name) is model:
        return catalog
    name = named if isinstance(named, str) else model.name
    return replace(catalog, models={**catalog.models, name: model})


def as_left_out(source: Source) -> Source:
    """Read the workload of a plan as its spec was read: it has every key, and most hold their defaults."""
    if not all(key in source.value for key in ("model", "measured", "region", "regions")):
        return source
    from plimsoll.spec.sections import without_defaults

    return replace(source, value=without_defaults(source.value))


def model_of(
    source: Source, folder: Path, catalog: Catalog
) -> tuple[Architecture | None, Mapping[str, Any] | None, list[Problem]]:
    """Find the model that a spec names, describes or points to, and the config.json it was read from.

    Where the model cannot be had, say why.
    """
    model: object = source.value.get("model")
    try:
        if isinstance(model, dict):
            shape = ModelShape.model_validate(model)
            from plimsoll.models.from_size import KnownSize, from_size  # start-up: few models are sizes

            return from_size(f"{_name(source)} (model)", KnownSize(**shape.model_dump())), None, []
        if isinstance(model, str):
            return *_named(folder, model, source.value.get("config"), catalog), []
    except ValidationError:
        return None, None, []  # the schema says it better
    except PlimsollError as error:
        return None, None, [_placed_beside(problem, source) for problem in error.problems]
    return None, None, []


def _named(
    folder: Path, model: str, config: object, catalog: Catalog
) -> tuple[Architecture | None, Mapping[str, Any] | None]:
    """Read the config that a spec holds; follow a path; find a name in the catalogue, or a folder of it."""
    if config is not None:
        known = _of_config(cast("dict[str, Any]", config), model) if isinstance(config, dict) else None
        return known, None
    if is_config_path(model):
        return _from_file(folder, model)
    found = catalog.model(model)
    if found is not None:
        return found, None
    from plimsoll.files.folder import holds

    return _from_file(folder, model) if holds(folder, model, CONFIG) else (None, None)


def _from_file(folder: Path, reference: str) -> tuple[Architecture, Mapping[str, Any]]:
    from plimsoll.files.folder import referred
    from plimsoll.models.read import referred_config

    try:
        file = referred(folder, reference, CONFIG)
    except (OSError, ValueError, RuntimeError) as error:
        raise SpecError(Problem(f"{reference}: cannot be read: {error}", path=("model",))) from None
    if file is None:
        what = f"{reference} is not a regular file"
        raise SpecError(Problem(what, "", f"give the path of the model's {CONFIG}", ("model",)))
    return referred_config(file, reference)


def _of_config(config: Mapping[str, Any], model: str) -> Architecture:
    from plimsoll.models.read import described

    try:
        return described(config, model)
    except SpecError as error:
        found = [replace(problem, what=f"{problem.where}: {problem.what}") for problem in error.problems]
        raise SpecError([replace(problem, path=("config",)) for problem in found]) from None


def _placed_beside(problem: Problem, source: Source) -> Problem:
    """Place a problem of the model, or of the file the spec points to, where the spec mentions it."""
    if not problem.file:
        return _placed(problem, source)
    what = ": ".join(part for part in (problem.file, problem.where, problem.what) if part)
    return _placed(Problem(what, problem.why, problem.fix, ("model",)), source)


def checked(
    source: Source, catalog: Catalog | None, model: Architecture | None, unread: Sequence[Problem] = ()
) -> Any:  # noqa: ANN401 - the model of the spec's kind
    """Check a spec of any kind against its form, itself, and the facts.

    Raises:
        SpecError: with every problem.
    """
    problems: list[Problem] = []
    workload: BaseModel | None = None
    form, contradicted, unknown = _rules(source)
    try:
        named = {"name": _name(source), **source.value}
        workload = form.model_validate(named, context=CONTRADICTIONS_APART)
    except ValidationError as error:
        from plimsoll.spec.wrong.documents import no_spec
        from plimsoll.spec.wrong.problems import schema_problems

        if (document := no_spec(source)) is not None:
            raise SpecError(document) from None
        problems = schema_problems(error.errors(include_url=False), source)
    if source.cut is not None:
        standing = [_placed(each, source) for each in problems if _stands(each.path, source)]
        raise SpecError([*in_order([*source.problems, *standing]), source.cut])
    _add(problems, contradicted(source.value))
    if source.disputed:
        from plimsoll.spec.wrong.problems import unquoted_problems

        _add(problems, unquoted_problems(source, {problem.path for problem in problems}))
    if catalog is not None:
        _add(problems, unknown(source.value, catalog, model, model_known=not unread))
    if problems:
        from plimsoll.spec.wrong.placeholders import placeholders

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
    from plimsoll.spec.wrong.hints import dns_label

    file = "" if source.file == _STDIN_SHOWN else Path(source.file).name
    return dns_label(file.partition(".")[0]) or defaults.NAME


def source_of(path: Path | str) -> Source:
    """Read a file, or standard input, with the place of every value."""
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
