"""Programs in any language use two components: a cluster, and a workload on one.

What decides the price is a plain value; what only a running cluster knows may be an output.
"""

from typing import Any, NotRequired, TypedDict, cast

import pulumi

from components.cluster.access import kubeconfig
from components.cluster.addons import Addons, Switches
from components.cluster.block_storage import block_storage
from components.cluster.cluster import Cluster, ClusterInputs
from components.cluster.watching import Watching
from components.nodes.karpenter import Karpenter
from components.nodes.maker import NODE_MAKERS
from components.pulumi_sdk import aws_provider, children, kubernetes_provider
from components.stack.settings import ZONES
from components.workload.placement import Placement
from components.workload.workload import Workload
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.tags import CostTags
from plimsoll.observability.history import CLASS

MAKER = NODE_MAKERS["karpenter"]
"""Both components are made for Karpenter."""


class OwnerArgs(TypedDict):
    """Who pays, where a spec does not say so."""

    team: str
    cost_center: str
    environment: str


class GpuClusterArgs(TypedDict):
    """A cluster to create: its name, its region, and who pays for the parts that workloads share.

    With `observability` it has Grafana, Alertmanager and OpenCost, at the prices that AWS publishes, and
    Prometheus keeps a month on a volume, which the ceiling counts.
    """

    cluster_name: str
    region: str
    owner: OwnerArgs
    zones: NotRequired[list[str]]
    admins: NotRequired[list[str]]
    observability: NotRequired[bool]


class GpuWorkloadArgs(TypedDict):
    """A workload on a cluster with Karpenter, KEDA and Prometheus. `spec` is a workload spec, as data.

    With `observability` its alerts and its dashboard stand beside it.
    """

    spec: dict[str, Any]
    region: str
    cluster_name: str
    endpoint: pulumi.Input[str]
    certificate_authority: pulumi.Input[str]
    node_role: pulumi.Input[str]
    owner: OwnerArgs
    observability: NotRequired[bool]


class GpuCluster(pulumi.ComponentResource):
    """An EKS cluster with Karpenter and the add-ons that GPU workloads need."""

    endpoint: pulumi.Output[str]
    certificate_authority: pulumi.Output[str]
    node_role: pulumi.Output[str]
    ceiling_usd_per_month: pulumi.Output[str]

    def __init__(self, name: str, args: GpuClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Create the cluster `args.cluster_name`."""
        from plimsoll.plan.of_cluster import cluster_claim, history_claim, together

        region, observed = args["region"], args.get("observability", False)
        own, kept = cluster_claim(region), history_claim(region, own_class=True) if observed else {}
        claim = together(own, *filter(None, [kept]))
        declared = {"ceiling": claim, "name": args["cluster_name"], "region": region}
        super().__init__("plimsoll:index:GpuCluster", name, declared, opts)
        under = pulumi.ResourceOptions(parent=self)
        tags = CostTags(**args["owner"])
        zones = args.get("zones") or [f"{region}{letter}" for letter in ZONES.get(region, "abc")]
        inputs = ClusterInputs(args["cluster_name"], region, MAKER, zones, admins=args.get("admins") or ())
        cluster = Cluster(args["cluster_name"], inputs, tags, own, under)
        karpenter = Karpenter(f"{name}-karpenter", cluster.access, tags, under)
        ready = [*cluster.access.ready, *karpenter.ready]
        if observed:
            ready += block_storage(cluster.access, tags, MAKER.block_storage, ready, self)
        watching = Watching(observed=observed, storage_class=CLASS if observed else "", ceiling=kept)
        switches = Switches(open_cost=observed)
        Addons(f"{name}-addons", cluster.access, switches, tags, watching, ready, under)
        self.endpoint = cluster.endpoint
        self.certificate_authority = cluster.certificate_authority
        self.node_role = pulumi.Output.from_input(karpenter.node_role)
        self.ceiling_usd_per_month = pulumi.Output.from_input(claim["usdPerMonth"])
        self.register_outputs({"endpoint": self.endpoint, "nodeRole": self.node_role})


class GpuWorkload(pulumi.ComponentResource):
    """One workload, sized from its spec and placed on a cluster."""

    url: pulumi.Output[str]
    instance_type: pulumi.Output[str]
    ceiling_usd_per_month: pulumi.Output[str]

    def __init__(self, name: str, args: GpuWorkloadArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Size `args.spec` in `args.region` and place it."""
        from plimsoll.observability.objects import watch_objects
        from plimsoll.plan.of_stack import plan_mapping

        workload, plan = plan_mapping(args["spec"], name, args["region"])
        ceiling = plan.ceiling_usd("workload")
        declared = {"ceiling": {"usdPerMonth": ceiling}, "region": args["region"]}
        super().__init__("plimsoll:index:GpuWorkload", name, declared, opts)
        region, cluster = args["region"], args["cluster_name"]
        config = pulumi.Output.all(args["endpoint"], args["certificate_authority"]).apply(
            lambda known: kubeconfig(cluster, region, known[0], known[1])
        )
        owner = cast("dict[str, str]", args["owner"] | (plan.workload.get("owner") or {}))
        tags = CostTags(owner["team"], owner["cost_center"], owner["environment"], workload)
        facts = ClusterFacts(cluster, tags, args["node_role"], MAKER.name)
        placement = Placement(
            facts=facts,
            maker=MAKER,
            aws=aws_provider(f"{name}-aws", region, children(self)),
            kubernetes=kubernetes_provider(f"{name}-kubernetes", cluster, config, children(self)),
            watched=watch_objects(plan, facts) if args.get("observability", False) else (),
        )
        placed = Workload(workload, plan, placement, pulumi.ResourceOptions(parent=self))
        self.url = pulumi.Output.from_input(placed.url)
        self.instance_type = pulumi.Output.from_input(plan.chosen.instance_type)
        self.ceiling_usd_per_month = pulumi.Output.from_input(ceiling)
        self.register_outputs({"url": self.url, "instanceType": self.instance_type})
