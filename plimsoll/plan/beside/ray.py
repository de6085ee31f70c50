"""Ray Serve upgrades by a second cluster beside the first: the plan counts both, and says what that adds."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from plimsoll.candidates.candidate import Candidate
from plimsoll.ground.units import usd_display
from plimsoll.money.bill import pool_lines
from plimsoll.money.line import Line
from plimsoll.plan.warnings.warning import PlanWarning
from plimsoll.sizing.overshoot import overshoot_nodes


def two_clusters(best: Candidate) -> Iterator[PlanWarning]:
    """Warn of the second cluster of an upgrade: what it adds to the ceiling, which a Deployment does not."""
    sized = best.must_be_sized()
    both = one = Decimal(0)
    for pool, nodes in zip(sized.fleet.pools, sized.fleet.hourly_nodes, strict=True):
        most = pool.max_nodes // pool.clusters
        alone = replace(pool, max_nodes=most, overshoot_nodes=overshoot_nodes(most))
        both += _ceiling(pool_lines(pool, sized.rates, nodes))
        one += _ceiling(pool_lines(alone, sized.rates, nodes))
    yield PlanWarning(
        "ray_two_clusters",
        "an upgrade by Ray Serve runs two clusters until the new one answers, so the limits hold both: "
        f"{usd_display(both - one)} a month more at the ceiling than Deployments, which replace one replica "
        "after another; the head is one pod, and when it is lost all replicas start anew",
    )


def _ceiling(lines: list[Line]) -> Decimal:
    return sum((line.usd for line in lines if line.of == "ceiling"), Decimal(0))
