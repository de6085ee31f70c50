"""A cluster has parts that all its workloads share; a plan counts them, and whoever makes one needs them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from plimsoll.ground.problems import MissingFactError, Problem
from plimsoll.money.bill import Bill
from plimsoll.money.cluster import SYSTEM_NODES, SystemNodes, cluster_bill
from plimsoll.money.history import HISTORY, History, history_bill
from plimsoll.plan.of_stack import made_by

if TYPE_CHECKING:  # start-up: the catalogue is read where a ceiling is asked for
    from plimsoll.catalog.facts import Catalog


def system_nodes() -> SystemNodes:
    """Say which nodes all workloads of a cluster share, as its ceiling counts them."""
    return SYSTEM_NODES


def history() -> History:
    """Say what Prometheus of a cluster that is watched keeps, and on how large a volume."""
    return HISTORY


def history_claim(
    region: str, on: str | None = None, prices: str | None = None, *, own_class: bool
) -> dict[str, str]:
    """State the ceiling of the volume that Prometheus keeps its history on, USD a month, as a component does.

    `own_class`: its storage class is the stack's own, of a cluster that it makes. No discount is on volumes.

    Raises:
        MissingFactError: The catalogue lacks its price.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.ground.units import usd_text

    bill = history_bill(load(on, prices), region, own_class=own_class)
    if bill is None:
        raise MissingFactError(
            Problem(what=f"the volume of Prometheus has no price in {region}", fix="choose another region")
        )
    return {"usdPerMonth": usd_text(bill.ceiling)}


def together(*claims: Mapping[str, str]) -> dict[str, str]:
    """State as one what several components do; one that states no list price costs it."""
    from plimsoll.ground.units import usd_text

    sums = {
        key: [claim.get(key, claim["usdPerMonth"]) for claim in claims] for claim in claims for key in claim
    }
    return {key: usd_text(sum(map(Decimal, usd), Decimal(0))) for key, usd in sums.items()}


def cluster_claim(
    region: str,
    on: str | None = None,
    prices: str | None = None,
    discounts: str | None = None,
    *,
    network: bool = True,
    nodes: str | None = None,
) -> dict[str, str]:
    """State the ceiling of the parts that all workloads of a cluster share, USD a month, as a component does.

    `on` is the date of the prices (default: the newest), `prices` a folder of them; `network` says that the
    cluster gets its own, `nodes` who makes its nodes. Net of a discounts file, no hour is covered by a
    commitment.

    Raises:
        MissingFactError: The catalogue lacks one of their prices.
        SpecError: The discounts file is wrong.
    """
    from plimsoll.catalog.tables import load
    from plimsoll.ground.units import usd_text

    catalog = made_by(nodes, load(on, prices))
    bill = _bill(catalog, region, network=network)
    if discounts is None:
        return {"usdPerMonth": usd_text(bill.ceiling)}
    from plimsoll.catalog.discounts.read import read_discounts
    from plimsoll.money.own_bill import own_cluster_bill

    own = own_cluster_bill(bill, region, read_discounts(discounts, catalog), catalog.priced_on)
    return {"usdPerMonth": usd_text(own.ceiling), "listUsdPerMonth": usd_text(bill.ceiling)}


def _bill(catalog: "Catalog", region: str, *, network: bool) -> Bill:
    bill = cluster_bill(catalog, region, network=network)
    if bill is None:
        raise MissingFactError(
            Problem(what=f"a part of a cluster has no price in {region}", fix="choose another region")
        )
    return bill
