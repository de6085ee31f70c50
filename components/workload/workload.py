"""The Workload component: one plan, placed on a cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi

from components.caps import workload as caps
from components.caps.settling import settled
from components.nodes import node_class, node_pool
from components.nodes.node_group import NodeNetwork, node_group
from components.pulumi_sdk import KubernetesObject, children
from components.tags import CostTags
from components.workload import autoscaler, pods
from components.workload import namespace as surroundings
from components.workload.autoscaler import MetricSource, ScaleTarget
from plimsoll.plan.plan import Plan
from plimsoll.sizing.pool import Pool


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a workload goes: the cluster, how nodes are made there, what is installed on it.

    `nodes` is karpenter, managed or auto-mode. `after` is what must exist first (Karpenter, KEDA).
    """

    cluster: str
    nodes: str
    node_role: "pulumi.Input[str]"
    aws: pulumi.ProviderResource
    kubernetes: pulumi.ProviderResource
    metrics: MetricSource
    monitoring: bool
    network: NodeNetwork | None = None
    after: Sequence[pulumi.Resource] = ()
    token: "pulumi.Input[str] | None" = None
    images: Mapping[str, str] = field(default_factory=dict[str, str])


class Workload(pulumi.ComponentResource):
    """Everything that one workload needs on its cluster, exactly as planned.

    The component's inputs carry the plan's ceiling, so that a resource policy can refuse it before
    any child exists. `url` is the address of its Service inside the cluster.
    """

    url: str

    def __init__(
        self,
        name: str,
        plan: Plan,
        tags: CostTags,
        placement: Placement,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Place `plan` under the resource name `name`."""
        super().__init__("plimsoll:index:Workload", name, _declared(plan, placement), opts)
        self._tags, self._placement, self._plan = tags, placement, plan
        self.url = f"http://{tags.workload}.{tags.workload}.svc"
        base = self._surround()
        pools = {pool.name: self._nodes(pool) for pool in plan.chosen.pools}
        for pool in plan.chosen.pools:
            self._serve(pool, [*base, *pools[pool.name]])
        self.register_outputs({"url": self.url})

    def _kubernetes(
        self,
        suffix: str,
        manifest: dict[str, Any],
        after: Sequence[pulumi.Resource] = (),
        timeouts: pulumi.CustomTimeouts | None = None,
        hooks: pulumi.ResourceHookBinding | None = None,
    ) -> KubernetesObject:
        where = self._placement
        name = f"{self._tags.workload}-{suffix}" if suffix else self._tags.workload
        # What comes after something of this workload comes after the cluster's parts by way of it: naming
        # them again would cost the SDK a search of the whole graph per edge.
        first = after or where.after
        opts = children(self, where.kubernetes, first, custom_timeouts=timeouts, hooks=hooks)
        return KubernetesObject(name, manifest, opts)

    def _surround(self) -> list[pulumi.Resource]:
        tags, plan = self._tags, self._plan
        home = self._kubernetes("", surroundings.namespace(tags))
        wanted = caps.Caps(tags.workload, plan.chosen.pools, plan.serving, plan.pod_quota)
        # In force before what they cap: a raised cap before the raised pool, a lowered one as soon.
        hooks = settled(tags.workload)
        policies = caps.workload_policies(wanted, tags)
        capping = [self._kubernetes("caps", policy, hooks=hooks) for policy in policies]
        self._capping = capping
        first: list[pulumi.Resource] = [
            home,
            *capping,
            self._kubernetes("", surroundings.priority_class(tags)),
            self._kubernetes("", surroundings.resource_quota(tags, plan.pod_quota), [home, *capping]),
        ]
        if self._placement.token is not None:
            first.append(self._secret(home))
        self._kubernetes("", surroundings.service(tags), [home])
        self._kubernetes("", surroundings.disruption_budget(tags), [home])
        if self._placement.monitoring:
            self._kubernetes("", surroundings.pod_monitor(tags, plan.serving), [home])
        return first

    def _secret(self, home: pulumi.Resource) -> KubernetesObject:
        manifest = {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": pods.TOKEN_SECRET, "namespace": self._tags.workload},
            "type": "Opaque",
            "stringData": {"token": pulumi.Output.secret(self._placement.token)},
        }
        return self._kubernetes(pods.TOKEN_SECRET, manifest, [home])

    def _nodes(self, pool: Pool) -> list[pulumi.Resource]:
        where, tags = self._placement, self._tags
        name = f"{tags.workload}-{pool.name}"
        if where.nodes == "managed":
            return [node_group(name, pool, where.network, tags, children(self, where.aws))]
        auto = where.nodes == "auto-mode"
        make = node_class.auto_mode_node_class if auto else node_class.ec2_node_class
        # The class outlives its pool, and waits until every instance made from it is gone.
        slow = pulumi.CustomTimeouts(delete="30m")
        class_manifest = make(name, where.cluster, where.node_role, pool.volume_gib, tags)
        made = self._kubernetes(pool.name, class_manifest, self._capping, slow)
        manifest = node_pool.node_pool(name, pool, name, tags, auto_mode=auto)
        return [self._kubernetes(pool.name, manifest, [made], slow)]

    def _serve(self, pool: Pool, after: Sequence[pulumi.Resource]) -> None:
        plan, tags = self._plan, self._tags
        spans = pool.nodes_per_replica > 1
        make = pods.leader_worker_set if spans else pods.deployment
        name = f"{tags.workload}-{pool.name}"
        extras = pods.Extras(self._placement.images, self._placement.token is not None)
        manifest = make(name, pool, plan.serving, tags, extras)
        patience = f"{plan.serving.progress_deadline_s}s"
        timeouts = pulumi.CustomTimeouts(create=patience, update=patience)
        served = self._kubernetes(pool.name, manifest, after, timeouts)
        if pool.autoscaled:
            fixed = [other for other in plan.chosen.pools if not other.autoscaled]
            beside = fixed[0].max_replicas if fixed else 0
            target = ScaleTarget(name, manifest["apiVersion"], manifest["kind"], pool, beside)
            self._scale(target, served)

    def _scale(self, target: ScaleTarget, served: pulumi.Resource) -> None:
        plan, tags, source = self._plan, self._tags, self._placement.metrics
        if source.keda:
            manifest = autoscaler.scaled_object(target, plan.autoscaling, plan.serving, tags, source)
            self._kubernetes(target.pool.name, manifest, [served])
            return
        manifest = autoscaler.horizontal_pod_autoscaler(target, plan.autoscaling, plan.serving, tags)
        self._kubernetes(target.pool.name, manifest, [served])
        if not plan.autoscaling.by_cpu:
            rule = autoscaler.recording_rule(plan.autoscaling, plan.serving, tags, source)
            self._kubernetes("", rule, [served])


def _declared(plan: Plan, placement: Placement) -> dict[str, Any]:
    """The component's own inputs: what a policy needs to judge it before any child exists.

    EKS Auto Mode bills a fee per instance that the plan does not know, so it declares no ceiling.
    """
    chosen = plan.chosen
    ceiling = None if placement.nodes == "auto-mode" else plan.ceiling_usd("workload")
    return {
        "ceiling": {"usdPerMonth": ceiling},
        "instanceType": chosen.instance_type,
        "nodes": placement.nodes,
        "pools": [
            {
                "name": pool.name,
                "capacityType": pool.capacity_type,
                "minNodes": pool.min_nodes,
                "maxNodes": pool.max_nodes,
            }
            for pool in chosen.pools
        ],
        "pricedOn": plan.priced_on,
        "region": chosen.region,
    }
