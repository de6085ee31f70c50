"""The nodes that services of a group share are rented once, in a namespace and under a cost tag of their own.

Tenants keep their namespaces, Services and autoscalers; their pods select the group's nodes. So the bill of
the nodes is the group's, and what a tenant's pods ask for in their own namespace says whose part it is:
OpenCost splits by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from plimsoll.ground.start_up import record
from plimsoll.objects import namespace
from plimsoll.objects.caps.workload import group_policies
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.karpenter import KIND, ec2_node_class
from plimsoll.objects.nodes.marks import MIG_LABEL
from plimsoll.objects.nodes.node_pool import node_pool
from plimsoll.objects.nodes.sharing import node_overlay, refuse_other_makers, sharing_objects
from plimsoll.objects.tags import CostTags
from plimsoll.plan.portfolio.groups.group import Group, JointPool
from plimsoll.sizing.sharing.profiles import accelerators_with_mig, profiles_of
from plimsoll.text.documents import yaml_text

TENANTS = "plimsoll.dev/tenants"
"""Tag of the nodes, and annotation of what makes them: the names of the workloads that share them."""

TENANT = "tenant.plimsoll.dev/"
"""Head of a label that a node has for each of its tenants."""

OPERATOR = "gpu-operator"
"""Namespace that NVIDIA's guide installs its GPU operator in; its MIG manager reads layouts there."""

LAYOUTS = "plimsoll-mig-layouts"
"""The ConfigMap of layouts that the operator's `migManager.config.name` has to name."""

_DEVICES = {"A100-40GB": "0x20B010DE", "A100-80GB": "0x20B210DE", "H100-80GB": "0x233010DE"}
"""PCI device and vendor of the accelerators that have a profile of one name, and not as many of its slices
(1g.10gb). Source: NVIDIA gpu-operator, the default layouts of its MIG manager (2026-08)."""

_TAG_MAX = 256
"""Characters of the value of a tag of AWS."""


@record
class JointNodes:
    """The objects of a group's nodes, by the part they play; iterated in an order in which they apply."""

    namespace: Object
    caps: tuple[Object, ...]
    quota: Object
    pools: tuple[tuple[JointPool, tuple[Object, ...], tuple[Object, ...]], ...]
    """Each pool, what makes its nodes, and what runs on them."""

    def __iter__(self) -> Iterator[Object]:
        yield self.namespace
        yield from self.caps
        yield self.quota
        for _, nodes, _ in self.pools:
            yield from nodes
        for _, _, running in self.pools:
            yield from running


def joint_nodes(group: Group, cluster: ClusterFacts) -> JointNodes:
    """Build what makes the nodes of a group; `cluster` is as the group sees it: its name is the workload.

    Raises:
        SpecError: Nodes are made by another than Karpenter.
    """
    pools = [each.pool for each in group.rented.pools]
    for pool in pools:
        refuse_other_makers(pool, cluster)
    told = _told(group, cluster)
    resources = sorted({name for each in group.rented.pools for name in each.resources})
    quota = {f"requests.{name}": "0" for name in resources}
    return JointNodes(
        namespace=_annotated(namespace.namespace(told.tags), group),
        caps=group_policies(pools, resources, told),
        quota=namespace.resource_quota(told.tags, quota),
        pools=tuple(
            (each, _nodes(each, group, told), sharing_objects(each.pool, told)) for each in group.rented.pools
        ),
    )


def _told(group: Group, cluster: ClusterFacts) -> ClusterFacts:
    """Tag what AWS bills with the names of the tenants too, or with their number where a tag has no room."""
    names = " ".join(group.node.tenants)
    said = names if len(names) <= _TAG_MAX else f"{len(group.node.tenants)} workloads"
    extra = {**cluster.tags.extra, TENANTS: said}
    return replace(cluster, tags=replace(cluster.tags, extra=extra))


def _nodes(pool: JointPool, group: Group, cluster: ClusterFacts) -> tuple[Object, ...]:
    share = pool.pool.share
    assert share is not None, "the nodes of a group are shared"
    made = node_pool(pool.pool, KIND, cluster)
    labels = made["spec"]["template"]["metadata"]["labels"]
    labels |= {f"{TENANT}{name}": "true" for name in group.node.tenants}
    if pool.cuts:
        labels[MIG_LABEL] = cluster.name_of(pool.pool)
    made["spec"]["template"]["metadata"]["labels"] = dict(sorted(labels.items()))
    overlay = node_overlay(pool.pool, share, cluster, pool.resources)
    return ec2_node_class(pool.pool, cluster), overlay, _annotated(made, group)


def _annotated(made: Object, group: Group) -> Object:
    made["metadata"]["annotations"] = {TENANTS: " ".join(group.node.tenants)}
    return made


def operators_namespace(tags: CostTags) -> Object:
    """Make the namespace of NVIDIA's GPU operator, for layouts that are there before it is installed."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": OPERATOR, "labels": tags.labels()}}


def layouts(groups: Sequence[tuple[Group, ClusterFacts]], tags: CostTags) -> Object | None:
    """Write the layouts that the MIG manager cuts by; None where no group has slices.

    The operator reads one ConfigMap, in place of its own: so the layouts of one profile that pools of single
    workloads name stand here too.
    """
    cut = {
        cluster.name_of(pool.pool): _devices(pool)
        for group, cluster in groups
        for pool in group.rented.pools
        if pool.cuts
    }
    if not cut:
        return None
    written = {"version": "v1", "mig-configs": {"all-disabled": [_UNCUT], **_alike(), **cut}}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": LAYOUTS, "namespace": OPERATOR, "labels": tags.labels()},
        "data": {"config.yaml": yaml_text(written)},
    }


def _devices(pool: JointPool) -> list[Object]:
    """List the accelerators of a node by place, each as it is cut; those beyond stay whole."""
    found: list[Object] = [_cut([place], cut) for place, cut in enumerate(pool.cuts)]
    rest = list(range(len(pool.cuts), pool.pool.accelerators_per_node))
    return [*found, {"devices": rest, "mig-enabled": False}] if rest else found


_UNCUT: Object = {"devices": "all", "mig-enabled": False}


def _cut(devices: object, slices: Mapping[str, int]) -> Object:
    return {"devices": devices, "mig-enabled": True, "mig-devices": dict(slices)}


def _alike() -> dict[str, list[Object]]:
    """Write the layouts of one profile alone, by the names that NVIDIA gives them."""
    found: dict[str, dict[int, list[str]]] = {}
    for accelerator in accelerators_with_mig():
        for profile in profiles_of(accelerator):
            found.setdefault(profile.name, {}).setdefault(profile.count, []).append(accelerator)
    return {f"all-{name}": list(_of_profile(name, counts)) for name, counts in sorted(found.items())}


def _of_profile(name: str, counts: Mapping[int, Sequence[str]]) -> Iterator[Object]:
    for count, accelerators in counts.items():
        cut = _cut("all", {name: count})
        only = {"device-filter": [_DEVICES[each] for each in accelerators]} if len(counts) > 1 else {}
        yield {**only, **cut}
