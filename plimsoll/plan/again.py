"""A plan is solved again from its document alone: its `workload` is complete."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from plimsoll.catalog.facts import Catalog
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.plan.size import size
from plimsoll.spec.read import LoadedSpec, from_data
from plimsoll.spec.sections import without_defaults
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:
    from plimsoll.catalog.discounts.terms import Discounts

_TOLD = {
    "sla.availability": "sla.availability",
    "budget.basis": "budget.basis",
    "capacity.spot": "capacity.spot",
    "capacity.on_demand_base": "capacity.on_demand_base",
    "scale.min_replicas": "scale.min_replicas",
    "engine.version": "engine",
}
"""Keys of the spec whose defaults a plan tells, and the assumption that does."""

_REGIONS = "regions"
"""The assumption that tells in which regions a spec runs that names none: the project's file says it."""


def solve_again(
    document: Mapping[str, Any],
    catalog: Catalog,
    speed: SpeedFacts,
    discounts: "Discounts | None" = None,
) -> Plan | Refusal:
    """Solve the workload of a plan's document again; with the same facts the answer has the same bytes.

    Raises:
        SpecError: the document's workload is none, or these facts do not know what it names.
    """
    spec = spec_of(document, catalog)
    return size(spec.workload, spec.architecture, spec.catalog, speed, spec.assumed, discounts)


def spec_of(document: Mapping[str, Any], catalog: Catalog, *, file: str = "workload") -> LoadedSpec:
    """Read the spec that a plan's document was made of; `file` is what problems call it.

    A document fills the defaults in; which of them were left out follows from what it assumes.

    Raises:
        SpecError: its workload is none, or these facts do not know what it names.
    """
    told = {str(step(each, "name")) for each in list_at(document, "assumptions")}
    kept = frozenset(path for path, name in _TOLD.items() if name not in told)
    written = without_defaults(mapping_at(document, "workload"), (), kept)
    loaded = from_data(written, catalog, file=file)
    return replace(loaded, assumed=tuple(_by_the_project(list_at(document, "assumptions"))))


def _by_the_project(assumptions: Sequence[Any]) -> list[Assumption]:
    return [
        Assumption(_REGIONS, str(step(each, "value")), None, str(step(each, "source")))
        for each in assumptions
        if step(each, "name") == _REGIONS
    ]
