"""A cluster has parts that all its workloads share; a plan counts them, and whoever makes one needs them."""

from plimsoll.ground.problems import MissingFactError, Problem
from plimsoll.money.cluster import SYSTEM_NODES, SystemNodes, cluster_bill


def system_nodes() -> SystemNodes:
    """Say which nodes all workloads of a cluster share, as its ceiling counts them."""
    return SYSTEM_NODES


def cluster_ceiling_usd(
    region: str, on: str | None = None, prices: str | None = None, *, network: bool = True
) -> str:
    """Add up the ceiling of the parts that all workloads of a cluster share, USD a month.

    `on` is the date of the prices (default: the newest), `prices` a folder of them; `network` says that the
    cluster gets its own.

    Raises:
        MissingFactError: The catalogue lacks one of their prices.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.ground.units import usd_text

    bill = cluster_bill(load(on, prices), region, network=network)
    if bill is None:
        raise MissingFactError(
            Problem(what=f"a part of a cluster has no price in {region}", fix="choose another region")
        )
    return usd_text(bill.ceiling)
