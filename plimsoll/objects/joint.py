"""The manifests of a portfolio: beside those of its workloads, the nodes that groups of them share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from plimsoll.objects.caps.workload import pools_of
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.facts_file import StackFacts
from plimsoll.objects.nodes.joint import LAYOUTS, OPERATOR, joint_nodes, layouts
from plimsoll.objects.tags import SHARED
from plimsoll.plan.plan import Plan, Pool
from plimsoll.plan.portfolio.groups.deployed import Deployed
from plimsoll.plan.portfolio.groups.group import Group
from plimsoll.plan.runs.plan import RunPlan

OWNER = ("team", "cost_center", "environment")
"""Keys of a spec's owner."""


def joint_objects(
    planned: Deployed, facts: StackFacts, besides: Callable[[Group, ClusterFacts], Sequence[Object]]
) -> Iterator[Object]:
    """Write what makes the nodes of every group, what is besides, and how their accelerators are cut."""
    placed = [
        (group, facts.of(group.node.name, common_owner(group, planned.plans))) for group in planned.groups
    ]
    for group, cluster in placed:
        yield from joint_nodes(group, cluster)
        yield from besides(group, cluster)
    cut = layouts(placed, facts.of(SHARED, {}).tags)
    if cut is not None:
        yield cut


def own_pools(plans: Mapping[str, Plan | RunPlan], groups: Sequence[Group]) -> dict[str, tuple[Pool, ...]]:
    """Say whose nodes are of which pools: a tenant has but those that it does not share, a group the rest."""
    tenants = {name for group in groups for name in group.node.tenants}
    own = {
        name: tuple(pool for pool in pools_of(plan) if pool.share is None or name not in tenants)
        for name, plan in plans.items()
    }
    return own | {each.node.name: tuple(joint.pool for joint in each.rented.pools) for each in groups}


def joint_notes(planned: Deployed) -> Iterator[str]:
    """Say who shares what, and what the cluster needs for it."""
    for group in planned.groups:
        node = group.node
        how = "by turns" if node.kind == "time_slicing" else "in slices"
        yield (
            f"{node.name}: {' and '.join(node.tenants)} share {node.nodes} × {node.instance_type} {how}, "
            f"${node.saves_usd_per_month} a month less than nodes of their own"
        )
    if any(group.node.kind == "mig" for group in planned.groups):
        yield (
            f"slices are cut by NVIDIA's GPU operator in the namespace {OPERATOR}: set "
            f"migManager.config.name to {LAYOUTS} and mig.strategy to mixed"
        )


def common_owner(group: Group, plans: Mapping[str, Plan | RunPlan]) -> dict[str, str]:
    """Say who pays for the nodes of a group: whoever pays for all its tenants, else that it is shared."""
    owners: Sequence[Mapping[str, Any]] = [
        plans[name].workload.get("owner") or {} for name in group.node.tenants
    ]
    said = {key: {owner.get(key) or "" for owner in owners} for key in OWNER}
    return {
        key: next(iter(values)) if len(values) == 1 else SHARED
        for key, values in said.items()
        if values != {""}
    }
