"""The search: all candidates of a workload, and those that hold every limit, cheapest first."""

from dataclasses import dataclass

from plimsoll.architecture import Architecture
from plimsoll.candidates import Candidate, Enumeration
from plimsoll.catalog import Catalog
from plimsoll.serving import Ways
from plimsoll.serving_batch import BatchWays
from plimsoll.serving_llm import LlmWays
from plimsoll.serving_measured import MeasuredWays
from plimsoll.traffic import Traffic, traffic_of
from plimsoll.workload import Workload


@dataclass(frozen=True, slots=True)
class Search:
    """What was tried. `holding` is in the order of preference; its first is the choice."""

    workload: Workload
    architecture: Architecture | None
    traffic: Traffic
    ways: Ways
    candidates: tuple[Candidate, ...]
    holding: tuple[Candidate, ...]


def search(workload: Workload, architecture: Architecture | None, catalog: Catalog) -> Search:
    """Try every candidate. `architecture` is None for a measured service.

    Pure and deterministic: the same workload and catalogue give the same answer.
    """
    traffic = traffic_of(workload.load)
    ways = ways_of(workload, architecture, catalog, traffic)
    return _tried(workload, architecture, catalog, ways, traffic)


def search_again(found: Search, workload: Workload, catalog: Catalog) -> Search:
    """Search under a spec that differs from `found`'s in anything but its model and its load."""
    ways = found.ways.adapted(workload)
    return _tried(workload, found.architecture, catalog, ways, found.traffic)


def _tried(
    workload: Workload,
    architecture: Architecture | None,
    catalog: Catalog,
    ways: Ways,
    traffic: Traffic,
) -> Search:
    candidates = tuple(Enumeration(workload, ways, traffic, catalog))
    prefer_spot = workload.capacity.spot == "prefer"
    holding = sorted(
        (candidate for candidate in candidates if candidate.holds),
        key=lambda candidate: candidate.order(prefer_spot=prefer_spot),
    )
    return Search(workload, architecture, traffic, ways, candidates, tuple(holding))


def ways_of(
    workload: Workload, architecture: Architecture | None, catalog: Catalog, traffic: Traffic
) -> Ways:
    """Pick the kind of replica: measured, LLM, or whole requests in batches."""
    if architecture is None:
        return MeasuredWays(workload, catalog.accelerators)
    if architecture.task == "llm":
        return LlmWays(workload, architecture, catalog, traffic)
    return BatchWays(workload, architecture, catalog, traffic)
