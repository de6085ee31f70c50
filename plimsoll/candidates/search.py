"""The search: all candidates of a workload, and those that hold every limit, cheapest first."""

from collections.abc import Iterable

from plimsoll.candidates.candidate import Candidate, Enumeration
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.traffic import Traffic, traffic_of
from plimsoll.sizing.work.setup import Ways
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts


@record
class Search:
    """What was tried. `holding` is in the order of preference; its first is the choice."""

    workload: Workload
    architecture: Architecture | None
    traffic: Traffic
    ways: Ways
    candidates: tuple[Candidate, ...]
    holding: tuple[Candidate, ...]


def search(
    workload: Workload, architecture: Architecture | None, catalog: Catalog, speed: SpeedFacts
) -> Search:
    """Try every candidate. `architecture` is None for a measured service.

    Pure and deterministic: the same workload and facts give the same answer.
    """
    traffic = traffic_of(workload.load)
    ways = ways_of(workload, architecture, catalog, speed, traffic)
    candidates = tuple(Enumeration(workload, ways, traffic, catalog))
    holding = _in_order(workload, (candidate for candidate in candidates if candidate.holds))
    return Search(workload, architecture, traffic, ways, candidates, holding)


def best_again(found: Search, workload: Workload, catalog: Catalog) -> Candidate | None:
    """The choice under a spec that differs from `found`'s in anything but its model and its load.

    The same candidate that `search` would choose, without the reasons of the others.
    """
    ways = found.ways.adapted(workload)
    holding = Enumeration(workload, ways, found.traffic, catalog).holding()
    return next(iter(_in_order(workload, holding)), None)


def _in_order(workload: Workload, holding: Iterable[Candidate]) -> tuple[Candidate, ...]:
    prefer_spot = workload.capacity.spot == "prefer"
    precisions = workload.precision or ()
    return tuple(
        sorted(holding, key=lambda found: found.order(prefer_spot=prefer_spot, precisions=precisions))
    )


def ways_of(
    workload: Workload,
    architecture: Architecture | None,
    catalog: Catalog,
    speed: SpeedFacts,
    traffic: Traffic,
) -> Ways:
    """Pick the kind of replica: measured, LLM, or whole requests in batches."""
    # Imported where used: start-up is most of a plan's time, and a workload is of one kind.
    if architecture is None:
        from plimsoll.sizing.work.measured import MeasuredWays

        return MeasuredWays(workload, catalog.accelerators)
    if architecture.task == "llm":
        from plimsoll.sizing.work.generation import LlmWays

        return LlmWays(workload, architecture, catalog, speed, traffic)
    from plimsoll.sizing.work.whole_requests import BatchWays

    return BatchWays(workload, architecture, catalog, speed, traffic)
