"""The specs that a command names are read here, all of them before anything is planned."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.catalog.facts import Catalog
from plimsoll.cli.project import project_defaults
from plimsoll.cli.terminal import say_notes
from plimsoll.ground.problems import PlimsollError, Problem, SpecError
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.runs.read import LoadedRun, load_any

if TYPE_CHECKING:
    from plimsoll.spec.overrides import Overrides
    from plimsoll.text.places import Source


def load_all(
    specs: Sequence[str], catalog: Catalog, overrides: "Overrides | None" = None
) -> list[LoadedSpec | LoadedRun]:
    """Read every spec, each as if it said the overrides; the problems of all come together.

    Raises:
        SpecError: if any of them is wrong; then none is read.
    """
    asked = in_project(overrides)
    loaded: list[LoadedSpec | LoadedRun] = []
    problems: dict[str, tuple[Problem, ...]] = {}
    for spec in specs:
        try:
            loaded.append(load_any(spec, catalog, asked))
        except PlimsollError as error:
            problems[spec] = error.problems
    if problems:
        raise SpecError(_together(problems, specs))
    say_notes(loaded)
    return loaded


def services_of(loaded: Sequence[LoadedSpec | LoadedRun], why: str, fix: str) -> list[LoadedSpec]:
    """Take specs of services for a command that runs are nothing for, for a reason and with a way out.

    Raises:
        SpecError: one of them is the spec of a run.
    """
    runs = [spec for spec in loaded if isinstance(spec, LoadedRun)]
    if runs:
        raise SpecError(
            [Problem(f"{run.spec.name} is of kind: {run.kind}", why, fix, "kind") for run in runs]
        )
    return [spec for spec in loaded if isinstance(spec, LoadedSpec)]


@contextmanager
def placed_in(spec: str) -> Generator[None]:
    """Say where in its file stands what a command refuses of a spec that is right in itself.

    Raises:
        SpecError: as it was raised, with file, line and column where only the path was known.
    """
    try:
        yield
    except SpecError as error:
        from plimsoll.spec.read import STDIN, source_of

        source = source_of(spec) if spec != STDIN else None  # what was piped in is read, and gone
        raise SpecError([_placed(problem, source) for problem in error.problems]) from None


def _placed(problem: Problem, source: "Source | None") -> Problem:
    keys = tuple(problem.path.split(".")) if isinstance(problem.path, str) else problem.path
    if problem.file or source is None or not keys or keys[0] not in source.value:
        return problem
    return replace(source.placed(replace(problem, path=keys)), path=problem.path)


def in_project(overrides: "Overrides | None") -> "Overrides | None":
    """Let the project's file say where a spec runs that names no region."""
    project = project_defaults()
    if project is None or not project.regions:
        return overrides
    from plimsoll.spec.overrides import Overrides

    return replace(overrides or Overrides(), otherwise=project.regions, otherwise_by=project.file)


def _together(problems: dict[str, tuple[Problem, ...]], specs: Sequence[str]) -> list[Problem]:
    """What every spec says of an option is said once; what only some say names them."""
    first, *others = (problems.get(spec, ()) for spec in specs)
    everywhere = [problem for problem in first if all(problem in found for found in others)]
    told = list(everywhere)
    for spec, found in problems.items():
        apart = (problem for problem in found if problem not in everywhere)
        told += [_in(spec, problem) if len(specs) > 1 else problem for problem in apart]
    return list(dict.fromkeys(told))


def _in(spec: str, problem: Problem) -> Problem:
    return replace(problem, file=f"{problem.file} (in {spec})") if problem.file.startswith("--") else problem
