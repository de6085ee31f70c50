"""Routing by prefix: what picks the replica, or why a gateway would choose among nothing."""

from collections.abc import Iterator

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search
from plimsoll.plan.plan import Routing
from plimsoll.plan.warnings.warning import PlanWarning

PICKER_PORT = 9002
"""Port on which an endpoint picker answers the gateway (Gateway API Inference Extension v1.6, ext-proc)."""


def routing_of(search: Search, best: Candidate) -> Routing | None:
    """Say what picks the replica; None where nobody asked for it, or there is nothing to pick."""
    if not search.workload.route.prefix_aware or _in_vain(search, best):
        return None
    prefix = search.workload.load.shared_prefix_tokens
    return Routing(prefix, f"{search.workload.name}-epp", PICKER_PORT)


def _in_vain(search: Search, best: Candidate) -> str:
    """Say why routing by prefix does nothing here; empty where it does."""
    if not search.workload.load.shared_prefix_tokens:
        return "load.shared_prefix_tokens is 0: requests share nothing that a replica could hold"
    if best.must_be_sized().fleet.replicas.max < 2:
        return "one replica answers all requests, so it holds every prefix"
    return ""


def no_prefix_route(search: Search, best: Candidate) -> Iterator[PlanWarning]:
    """Warn that nothing is emitted for routing by prefix, and why."""
    if search.workload.route.prefix_aware and (why := _in_vain(search, best)):
        yield PlanWarning("no_prefix_route", f"route.prefix_aware makes no gateway objects: {why}")
