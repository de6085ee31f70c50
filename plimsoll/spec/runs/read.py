"""The spec of any kind of work is read here: a service's, or that of a run."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.spec.read import (
    STDIN,
    LoadedSpec,
    as_left_out,
    as_said,
    checked,
    knowing,
    model_of,
    source_of,
)
from plimsoll.spec.runs.kinds import INFERENCE_KIND, kind_said, run_kind
from plimsoll.text.places import Source, without_places
from plimsoll.text.source import parse

if TYPE_CHECKING:  # start-up: read where an option says something of a spec
    from plimsoll.spec.overrides import Overrides


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


def load_any(
    path: Path | str, catalog: Catalog, overrides: "Overrides | None" = None
) -> LoadedSpec | LoadedRun:
    """Read the spec of any kind of work and check it against the facts; find its model.

    Raises:
        SpecError: with every problem of the file, those that only the catalogue shows included.
    """
    folder = Path() if str(path) == STDIN else Path(path).parent
    return _any_as_said(source_of(path), catalog, folder, overrides)


def any_from_text(
    raw: bytes,
    catalog: Catalog,
    *,
    file: str,
    folder: Path = Path(),
    overrides: "Overrides | None" = None,
) -> LoadedSpec | LoadedRun:
    """Check the spec of any kind of work that was read already; `file` is what problems call it.

    A path in `model` is followed from `folder`; `overrides` are read as if the text said so.

    Raises:
        SpecError: with every problem of the text.
    """
    return _any_as_said(parse(raw, file), catalog, folder, overrides)


def from_any_data(
    data: Mapping[str, Any], catalog: Catalog, *, file: str, folder: Path = Path()
) -> LoadedSpec | LoadedRun:
    """Check the spec of any kind of work that is data already.

    Raises:
        SpecError: with every problem; each names its key, and no line.
    """
    return _any_as_said(without_places(data, file), catalog, folder, None)


def _any_as_said(
    source: Source, catalog: Catalog, folder: Path, overrides: "Overrides | None"
) -> LoadedSpec | LoadedRun:
    said = overrides.applied(source) if overrides is not None else source
    if "kind" not in said.value or kind_said(said.value) == INFERENCE_KIND:
        return as_said(source, catalog, folder, overrides)
    if overrides is None:
        return _run(said, catalog, folder)
    return replace(_run(overrides.filled(said), catalog, folder), assumed=overrides.assumed_of(said))


def _run(source: Source, catalog: Catalog, folder: Path) -> LoadedRun:
    source = as_left_out(source)
    model, _, unread = model_of(source, folder, catalog)
    spec = checked(source, catalog, model, unread)
    if model is not None:
        catalog = knowing(catalog, model, spec.model)
    kind = run_kind(kind_said(source.value))
    noted = kind.rules.notes(source.value) if kind is not None else []
    notes = (*source.notes, *(source.placed(each) for each in noted))
    return LoadedRun(kind_said(source.value), spec, catalog, model, notes)
