"""Karpenter and EKS Auto Mode node pools cost at most what their limits let them.

The ceiling of a pool is the dearest mixture of admitted instance types that fits its limits, at the
on-demand price whatever the capacity type, plus the nodes that Karpenter may have in flight above a limit,
plus every node's disks. Weights, price overlays and `minValues` steer Karpenter's choice and lower nothing.
"""

from collections.abc import Sequence

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AUTO_NODE_CLASS, EC2_NODE_CLASSES
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.disks import usd_per_month
from plimsoll.pricing.index import Index, region_of_zone
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.kubernetes.auto_mode import BUILT_IN_CLASS
from plimsoll.pricing.kubernetes.labels import CAPACITY_TYPE, CAPACITY_TYPES, OS, REGION, TENANCY, ZONE
from plimsoll.pricing.kubernetes.node_class import DEFAULT_AUTO_MODE_DISK, NodeExtras, node_extras
from plimsoll.pricing.kubernetes.overlays import overlays_of
from plimsoll.pricing.kubernetes.pool_price import NodePool
from plimsoll.pricing.kubernetes.requirements import Requirement, admitted_options, listed, read_requirements
from plimsoll.pricing.kubernetes.runs.hours import runs_of, waits_for_runs
from plimsoll.pricing.market import Market
from plimsoll.pricing.result import Unpriceable


def price_node_pool(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a NodePool with the node class that it refers to."""
    spec = inputs_of(resource)["spec"].required()
    template = spec["template"].required()["spec"]
    class_ref = template["nodeClassRef"].required()
    auto_mode = _is_auto_mode(class_ref)
    requirements = read_requirements(
        template["requirements"], spec["template"]["metadata"]["labels"], auto_mode=auto_mode
    )
    market = _pool_market(requirements, index, resource)
    _check_fixed_labels(requirements)
    extras = NodeExtras()
    try:
        extras = _extras(resource, class_ref, index, market, auto_mode=auto_mode)
    except Unpriceable as refusal:
        charges.cannot(refusal.code, refusal.message, pending=refusal.pending)
    pool = NodePool(spec, requirements, market, extras, overlays_of(index), auto_mode=auto_mode)
    if waits_for_runs(resource, index):
        message = "no job that can use it is registered yet, so the hours of its runs are not known"
        raise Unpriceable("unlimited", message, pending=True)
    pool.price(charges, runs_of(resource, index))
    if spec["replicas"].absent and index.complete:
        pool.floor(charges, index)


def price_node_claim(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a NodeClaim made by hand: one node of the dearest type that it admits."""
    spec = inputs_of(resource)["spec"].required()
    class_ref = spec["nodeClassRef"].required()
    auto_mode = _is_auto_mode(class_ref)
    requirements = read_requirements(spec["requirements"], view_of({}), auto_mode=auto_mode)
    market = _pool_market(requirements, index, resource)
    _check_fixed_labels(requirements)
    extras = _extras(resource, class_ref, index, market, auto_mode=auto_mode)
    one_node = view_of({"replicas": 1}, "spec")
    NodePool(one_node, requirements, market, extras, (), auto_mode=auto_mode).price(charges)


def _is_auto_mode(class_ref: View) -> bool:
    return class_ref["group"].text("karpenter.k8s.aws") == "eks.amazonaws.com"


def _pool_market(requirements: Sequence[Requirement], index: Index, resource: Resource) -> Market:
    """Find where the pool's nodes lie; its zones must lie there too, or say so where nobody else does."""
    market = index.cluster_market(resource)
    for requirement in requirements:
        if requirement.operator != "In" or requirement.key not in (ZONE, REGION):
            continue
        views = [view_of(value, f"{requirement.path}.values") for value in requirement.values]
        zonal = requirement.key == ZONE
        regions = {region_of_zone(view) if zonal else view.text() for view in views}
        if market.named and not regions <= set(market.regions):
            raise Unpriceable(
                "invalid_value",
                f"the pool asks for {', '.join(sorted(regions))}, but its cluster is in {market.where()}",
            )
        market = Market(market.book, tuple(sorted(regions)), named=True)
    return market


def _check_fixed_labels(requirements: Sequence[Requirement]) -> None:
    """Refuse values of closed labels that do not exist, and what the catalogue has no price for."""
    for requirement in requirements:
        if requirement.key != CAPACITY_TYPE:
            continue
        for value in requirement.values:
            if value not in CAPACITY_TYPES:
                raise Unpriceable(
                    "invalid_value",
                    f"{requirement.path} names capacity type {shown(value)}; "
                    f"they are {', '.join(CAPACITY_TYPES)}",
                )
    if not admitted_options(requirements, CAPACITY_TYPE, CAPACITY_TYPES):
        raise Unpriceable("invalid_value", "the requirements admit no capacity type")
    if "windows" in (listed(requirements, OS) or ()):
        raise Unpriceable("unpriced", "the pool admits Windows, and the catalogue's prices are for Linux")
    tenancies = [r for r in requirements if r.key == TENANCY]
    if tenancies and all(r.admits("dedicated") for r in tenancies):
        raise Unpriceable(
            "unpriced", "the pool admits dedicated tenancy, which the catalogue has no price for"
        )


def _extras(resource: Resource, ref: View, index: Index, market: Market, *, auto_mode: bool) -> NodeExtras:
    """Read the node class that a pool refers to; where it may be any of several, the dearest counts."""
    found = [node_extras(each, index) for each in _node_classes(resource, ref["name"], index, auto_mode)]
    if not found:
        return NodeExtras((DEFAULT_AUTO_MODE_DISK,))
    return max(found, key=lambda extras: usd_per_month(extras.usage(), market))


def _node_classes(resource: Resource, name: View, index: Index, auto_mode: bool) -> list[Resource]:
    types = (AUTO_NODE_CLASS,) if auto_mode else EC2_NODE_CLASSES
    if name.unknown:
        found = index.referred(resource, "spec", types)
        if not found or (len(found) > 1 and index.complete):
            name.known()
        return found
    wanted = name.text()
    named = index.named(wanted, *types)
    if not named and auto_mode and wanted == BUILT_IN_CLASS:
        return []
    if not named:
        raise Unpriceable(
            "unpriced",
            f"its node class {shown(wanted)} is not in the graph, so its nodes' disks are not known: they "
            "may be of any size; give its manifest too",
            pending=not index.complete,
        )
    # Two clusters may each have a class of this name; the provider tells them apart.
    return [each for each in named if each.provider == resource.provider] or named
