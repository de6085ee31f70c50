"""Nodes that services of a portfolio share are made once, before the pods of any tenant."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi

from components.caps.settling import settled
from components.pulumi_sdk import KubernetesObject, children
from components.workload.placed import Placed
from components.workload.placement import Placement, told_pools
from plimsoll.objects.cluster import Object

if TYPE_CHECKING:  # start-up: only a stack with a portfolio has groups
    from plimsoll.plan.portfolio.groups.group import Group, JointPool


class SharedNodes(Placed):
    """The `group` of services has these nodes, exactly as planned; its tenants' pods wait for `ready`.

    The component's inputs carry the ceiling of the nodes alone: what a tenant pays besides is its own.
    """

    group: str
    ready: Sequence[pulumi.Resource]

    def __init__(
        self, group: "Group", placement: Placement, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Make the nodes of `group`; `placement` is as the group sees it: its name is the workload.

        Raises:
            SpecError: Nodes are made by another than Karpenter.
        """
        from plimsoll.objects.nodes.joint import joint_nodes

        super().__init__("plimsoll:index:SharedNodes", group.node.name, _declared(group, placement), opts)
        self._placement, self.group = placement, group.node.name
        objects = joint_nodes(group, placement.facts)
        home = self._register(objects.namespace)
        # In force before what they cap: a raised cap before the raised pool, a lowered one as soon.
        name, hooks = f"{group.node.name}-caps", settled(group.node.name)
        caps = [self._register(policy, name=name, hooks=hooks) for policy in objects.caps]
        self._register(objects.quota, [home, *caps])
        for manifest in placement.watched:
            self._register(manifest, [home])
        self.ready = [last for pool in objects.pools for last in self._nodes(pool, home, caps)]
        self.register_outputs({})

    def _nodes(
        self,
        pool: "tuple[JointPool, tuple[Object, ...], tuple[Object, ...]]",
        home: pulumi.Resource,
        caps: Sequence[pulumi.Resource],
    ) -> Sequence[pulumi.Resource]:
        """Register what makes the nodes of a pool, each object after the one that it refers to."""
        joint, nodes, running = pool
        last = self._chain(nodes, caps)
        for manifest in running:
            self._register(manifest, [home, *last])
        self._machines(joint.pool)
        return last


class SliceLayouts(pulumi.ComponentResource):
    """The layouts stand where the MIG manager of NVIDIA's GPU operator reads them, before any node is cut.

    `ready` is what nodes wait for.
    """

    ready: Sequence[pulumi.Resource]

    def __init__(
        self,
        layouts: Object,
        place: Object | None,
        kubernetes: pulumi.ProviderResource,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register `layouts`; `place` is their namespace, None where it is there already.

        The operator is installed into that namespace by somebody else, so that it is never taken away.
        """
        super().__init__("plimsoll:index:SliceLayouts", "slice-layouts", {}, opts)
        first = list(after)
        if place is not None:
            kept = children(self, kubernetes, first, retain_on_delete=True)
            first = [KubernetesObject(place["metadata"]["name"], place, kept)]
        name = layouts["metadata"]["name"]
        self.ready = [KubernetesObject(name, layouts, children(self, kubernetes, first))]
        self.register_outputs({})


def _declared(group: "Group", placement: Placement) -> dict[str, Any]:
    """Declare what a policy needs to judge the component before any child exists."""
    node = group.node
    return {
        "ceiling": group.rented.claim(),
        "instanceType": node.instance_type,
        "nodes": placement.maker.name,
        "pools": told_pools([each.pool for each in group.rented.pools]),
        "region": node.region,
        "tenants": list(node.tenants),
    }
