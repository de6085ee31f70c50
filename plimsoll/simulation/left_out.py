"""What a spec asks for and a simulation does not show is told with its answer."""

from collections.abc import Iterator

from plimsoll.ground.assumption import Assumption
from plimsoll.spec.workload import Workload


def left_out(workload: Workload) -> Iterator[Assumption]:
    """Tell of a cache of answers and of routing by prefix, which no request here goes through."""
    cache = workload.load.cache
    if cache is not None:
        how = (
            "its hits are not among the requests" if cache.cold_start_ok else "empty, as the peak is planned"
        )
        yield Assumption("load.cache", how, None, "every request here asks a replica")
    if workload.route.prefix_aware:
        source = "here every replica reads the shared prefix once"
        yield Assumption("route.prefix_aware", "not simulated", None, source)
