"""Committed plans are put together: what they say as one, and what the cluster that they share costs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import CLUSTER_COMPONENT
from plimsoll.pricing import Charge
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.pricing.result import cost_of


@dataclass(frozen=True, slots=True)
class CommittedPlan:
    """A plan file says its workload's resources and floor lines, and the lines of its cluster.

    A pool is priced anew, so only its floor is the plan's word: a NodePool alone has none.
    """

    resources: tuple[Resource, ...]
    lines: tuple[Charge, ...]
    shared: tuple[Charge, ...]
    ceiling: Decimal
    region: str
    not_monthly: str = ""
    """The run of which nobody says how many a month has: one is counted. Empty of all others."""


def joined(plans: Sequence[CommittedPlan]) -> tuple[tuple[Resource, ...], tuple[Charge, ...]]:
    """Put plans together as one graph: workloads of one region share its cluster, which counts once.

    Where plans say different amounts of a part of it, the dearest counts, in whatever order they are given.
    """
    resources = [resource for plan in plans for resource in plan.resources]
    lines = [line for plan in plans for line in plan.lines]
    for region in dict.fromkeys(plan.region for plan in plans):
        shared: dict[tuple[str, str], Charge] = {}
        for line in (line for plan in plans if plan.region == region for line in plan.shared):
            known = shared.get((line.of, line.item))
            if known is None or _dear(line) > _dear(known):
                shared[line.of, line.item] = line
        resources.append(_cluster(region, shared.values()))
        lines += [line for line in shared.values() if line.of in ("floor", "ceiling")]
    return tuple(resources), tuple(lines)


def _dear(line: Charge) -> tuple[Decimal, Decimal, str, str]:
    return line.usd_at_list, line.usd_per_month, line.as_of, line.source


def paid(line: Charge, own: OwnPrices | None) -> Charge:
    """Price a line of a plan anew, from its list price: what the plan says that one pays is not believed.

    A plan that was made without a discounts file has list prices alone, and says so by saying nothing.
    """
    listed = line.usd_per_unit if line.list_usd_per_unit is None else line.list_usd_per_unit
    at_list = replace(
        line, usd_per_unit=listed, usd_per_month=cost_of(line.quantity, listed), list_usd_per_unit=None
    )
    if own is None:
        return at_list
    usd = listed
    for name in line.types:
        usd = own.on_demand(listed, name, line.region) if line.coverable else own.spot(listed)
    month = cost_of(line.quantity, usd)
    return replace(at_list, usd_per_unit=usd, usd_per_month=month, list_usd_per_unit=listed)


def planned_ceiling(plans: Sequence[CommittedPlan], *, cluster: bool) -> Decimal:
    """Add up what the plans say that they cost at most, USD per month, with or without their cluster."""
    resources, _ = joined(plans)
    claims = (
        resource.inputs["ceiling"].get("listUsdPerMonth", resource.inputs["ceiling"]["usdPerMonth"])
        for resource in resources
        if not resource.custom and (cluster or resource.type != CLUSTER_COMPONENT)
    )
    return sum((Decimal(claim) for claim in claims), Decimal(0))


def _cluster(region: str, lines: Collection[Charge]) -> Resource:
    totals = {"ceiling": Decimal(0), "expected": Decimal(0)}
    listed = dict(totals)
    for line in lines:
        if line.of in totals:
            totals[line.of] += line.usd_per_month
            listed[line.of] += line.usd_at_list
    claims = {of: {"usdPerMonth": str(usd)} for of, usd in totals.items()}
    if any(line.list_usd_per_unit is not None for line in lines):
        claims["ceiling"]["listUsdPerMonth"] = str(listed["ceiling"])
    return Resource(cluster_urn(region), CLUSTER_COMPONENT, region, claims, custom=False, region=region)


def cluster_urn(region: str) -> str:
    """Name the cluster that the plans of a region share."""
    return f"urn:pulumi:plan::plimsoll::{CLUSTER_COMPONENT}::{region}"
