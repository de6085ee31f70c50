"""A plan is solved again from its document alone: its `workload` is complete."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.spec.read import LoadedSpec, from_data
from plimsoll.spec.runs.read import LoadedRun, from_any_data
from plimsoll.spec.sections import without_defaults

AnySpec = TypeVar("AnySpec", LoadedSpec, LoadedSpec | LoadedRun)

_TOLD = {
    "sla.availability": "sla.availability",
    "budget.basis": "budget.basis",
    "capacity.spot": "capacity.spot",
    "capacity.on_demand_base": "capacity.on_demand_base",
    "scale.min_replicas": "scale.min_replicas",
    "engine.version": "engine",
    "capacity.reserved": "capacity.reserved",
    "capacity.hardware_failures_per_1000_node_days": "hardware failures",
}
"""Keys of the spec whose defaults a plan tells, and the assumption that does."""

_OF_SPOT = ("capacity.on_demand_fallback",)
_OF_A_STEP = ("load.packed", "training.optimizer", "training.recompute", "training.fused_loss")
_OF_SAVING = tuple(
    f"checkpoint.{key}" for key in ("to", "method", "interval_s", "keep", "write_gb_per_s", "delete_after_d")
)
"""More of them, each told under its own name, in runs that have such a thing."""

_REGIONS = "regions"
"""The assumption that tells in which regions a spec runs that names none: the project's file says it."""


def spec_of(document: Mapping[str, Any], catalog: Catalog, *, file: str = "workload") -> LoadedSpec:
    """Read the spec of a service that a plan's document was made of; as `any_spec_of`."""
    return _spec_of(document, partial(from_data, catalog=catalog, file=file))


def any_spec_of(
    document: Mapping[str, Any], catalog: Catalog, *, file: str = "workload"
) -> LoadedSpec | LoadedRun:
    """Read the spec that a plan's document was made of; `file` is what problems call it.

    A document fills the defaults in; which of them were left out follows from what it assumes.

    Raises:
        SpecError: its workload is none, or these facts do not know what it names.
    """
    return _spec_of(document, partial(from_any_data, catalog=catalog, file=file))


def _spec_of(document: Mapping[str, Any], read: Callable[[Mapping[str, Any]], AnySpec]) -> AnySpec:
    told = {str(step(each, "name")) for each in list_at(document, "assumptions")}
    kept = frozenset(path for path, name in _may_be_told(document) if name not in told)
    written = without_defaults(mapping_at(document, "workload"), (), kept)
    return replace(read(written), assumed=tuple(_by_the_project(list_at(document, "assumptions"))))


def _may_be_told(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys whose defaults a plan of such work tells, and the assumption that does."""
    yield from _TOLD.items()
    workload = mapping_at(document, "workload")
    if step(workload, "capacity", "spot") in ("allow", "prefer"):
        yield from ((path, path) for path in _OF_SPOT)
    if workload.get("kind") == "training" and workload.get("measured") is None:
        yield from ((path, path) for path in _OF_A_STEP)
    if document.get("checkpoint") is not None:
        yield from ((path, path) for path in _OF_SAVING)


def _by_the_project(assumptions: Sequence[Any]) -> list[Assumption]:
    return [
        Assumption(_REGIONS, str(step(each, "value")), None, str(step(each, "source")))
        for each in assumptions
        if step(each, "name") == _REGIONS
    ]
