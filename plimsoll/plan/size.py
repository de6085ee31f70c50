"""Sizing: a workload and a catalogue become a plan, or a refusal with priced ways out."""

from plimsoll.candidates.search import search
from plimsoll.catalog.facts import Catalog
from plimsoll.models.architecture import Architecture
from plimsoll.plan.document import plan_of, refusal_of
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts


def size(
    workload: Workload, architecture: Architecture | None, catalog: Catalog, speed: SpeedFacts
) -> Plan | Refusal:
    """Size a workload: the cheapest candidate that holds every limit, or why there is none.

    `architecture` is the resolved model, None for a measured service. `catalog` is narrowed to its
    date; `speed` holds the fitted constants of the speed model.
    Pure and deterministic: no clock, no files, no randomness.
    """
    found = search(workload, architecture, catalog, speed)
    if found.holding:
        return plan_of(found, catalog)
    from plimsoll.candidates.refusal import refuse  # start-up: a plan that holds needs no way out

    return refusal_of(found, catalog, refuse(found, catalog))
