"""A stack is one cluster, what is installed on it, and every workload that is placed there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pulumi

from components.caps.cluster import ClusterCaps
from components.cluster.access import ClusterAccess, Installed, existing_cluster
from components.cluster.addons import Addons, Switches
from components.cluster.cluster import Cluster, ClusterInputs
from components.cluster.file_systems import lustre_driver
from components.cluster.watching import Watching
from components.stack.anomalies import CostAnomalies
from components.stack.budgets import BudgetAlerts, Budgets
from components.stack.settings import Settings
from components.workload.placement import Placement
from components.workload.queues import scaler_access
from components.workload.run import Run
from components.workload.workload import Workload
from plimsoll.objects.caps.workload import pools_of
from plimsoll.objects.cluster import ClusterFacts, FileSystemPlace, MetricSource
from plimsoll.objects.queue.trigger import queue_arn
from plimsoll.objects.runs.lustre import saves_to_lustre
from plimsoll.objects.tags import SHARED, CostTags
from plimsoll.observability.objects import watch_objects
from plimsoll.observability.opencost import price_list
from plimsoll.plan.of_cluster import cluster_claim
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan


class Stack:
    """A stack places plans. `urls` and `ceilings_usd` are by workload; the cluster has its own ceiling."""

    urls: dict[str, str]
    ceilings_usd: Mapping[str, str]

    def __init__(
        self,
        settings: Settings,
        plans: Mapping[str, Plan | RunPlan],
        *,
        token: "pulumi.Input[str] | None" = None,
    ) -> None:
        """Register everything; `token` opens gated model weights and stays a secret."""
        self._settings, self._plans, self._token = settings, plans, token
        shared = settings.cost_tags(SHARED, {})
        tags = {
            name: settings.cost_tags(name, plan.workload.get("owner") or {}) for name, plan in plans.items()
        }
        ceiling = _shared_ceiling(settings, plans)
        access = self._cluster(ceiling)
        ready = [*access.ready]
        installed = self._installed(access, shared)
        ready += installed.ready
        access = replace(access, node_role=installed.node_role)
        switches = _with_needed(settings, plans.values())
        addons = Addons("addons", access, switches, shared, self._watching(switches), ready)
        ready += addons.ready
        if settings.cluster.create and any(map(_saves_to_lustre, plans.values())):
            ready += lustre_driver(access, shared)
        if settings.cluster.create:
            pools = {name: pools_of(plan) for name, plan in plans.items()}
            ready += ClusterCaps("caps", access, pools, shared, own=installed.pools).ready
        if settings.cluster.create and switches.keda:
            scaler_access(access, self._queues(tags, access), shared)
        self.urls = {}
        for name, plan in plans.items():
            placement = self._placement(plan, tags[name], access, ready)
            if isinstance(plan, Plan):
                self.urls[name] = Workload(name, plan, placement).url
            else:
                Run(name, plan, placement)
        self._budgets(access)
        own = {name: _own_ceiling(plan) for name, plan in plans.items()}
        self.ceilings_usd = own | ({SHARED: ceiling["usdPerMonth"]} if settings.cluster.create else {})

    def _cluster(self, ceiling: Mapping[str, str]) -> ClusterAccess:
        wanted = self._settings.cluster
        if wanted.existing is not None:
            return existing_cluster(wanted.name, wanted.existing)
        inputs = ClusterInputs(
            name=wanted.name,
            region=self._settings.region,
            maker=self._settings.maker,
            zones=wanted.zones,
            subnet_ids=wanted.subnet_ids,
            version=wanted.version,
            admins=wanted.admins,
            public_access_cidrs=wanted.public_access_cidrs,
        )
        shared = self._settings.cost_tags(SHARED, {})
        return Cluster(wanted.name, inputs, shared, ceiling).access

    def _installed(self, access: ClusterAccess, shared: CostTags) -> Installed:
        """Install what makes the nodes; on an existing cluster it is there."""
        settings = self._settings
        if not settings.cluster.create:
            return Installed(access.node_role)
        return settings.maker.install(access, shared, create_spot_role=settings.create_spot_role)

    def _queues(self, tags: Mapping[str, CostTags], access: ClusterAccess) -> dict[str, str]:
        """Collect the queues of AWS's own that workloads take tasks from, by workload."""
        services = {name: plan for name, plan in self._plans.items() if isinstance(plan, Plan)}
        found = {name: queue_arn(plan, self._facts(tags[name], access)) for name, plan in services.items()}
        return {name: arn for name, arn in found.items() if arn is not None}

    def _watching(self, switches: Switches) -> Watching:
        """Say how the cluster is watched; OpenCost is told what the plans pay."""
        settings = self._settings
        prices = price_list(self._plans, settings.maker.name) if switches.open_cost else ""
        return Watching(settings.prometheus_url, settings.observability, settings.monitor_labels, prices)

    def _placement(
        self, plan: Plan | RunPlan, tags: CostTags, access: ClusterAccess, after: Sequence[pulumi.Resource]
    ) -> Placement:
        facts = self._facts(tags, access)
        maker = self._settings.maker
        watched = watch_objects(plan, facts) if self._settings.observability else ()
        return Placement(facts, maker, access.aws, access.kubernetes, access.network, after, watched)

    def _facts(self, tags: CostTags, access: ClusterAccess) -> ClusterFacts:
        settings = self._settings
        return ClusterFacts(
            name=access.name,
            tags=tags,
            node_role=access.node_role,
            nodes=settings.maker.name,
            metrics=MetricSource(
                keda=settings.switches.keda,
                prometheus_url=settings.prometheus_url,
                query=settings.metric_queries.get(tags.workload, ""),
                gateway_query=settings.gateway_query,
            ),
            monitoring=settings.switches.prometheus or settings.observability,
            monitor_labels=settings.monitor_labels,
            images=settings.images,
            queues=settings.queues,
            token=None if self._token is None else pulumi.Output.secret(self._token),
            zone=str(settings.cluster.zones[0]),
            file_systems=self._file_systems(access),
        )

    def _file_systems(self, access: ClusterAccess) -> FileSystemPlace | None:
        """Say where file systems of runs stand: in the first subnet, in the group of the nodes."""
        wanted = self._settings.cluster
        if wanted.existing is not None:
            known = wanted.subnet_ids and wanted.security_group_id
            return FileSystemPlace(wanted.subnet_ids[0], wanted.security_group_id) if known else None
        network = access.network
        return None if network is None else FileSystemPlace(network.subnet_ids[0], network.security_group)

    def _budgets(self, access: ClusterAccess) -> None:
        wanted = self._settings.budget
        activate = self._settings.activate_cost_tags
        if not wanted.emails and not activate:
            return
        limits: dict[str, str] = {}
        if wanted.usd_per_month and wanted.emails:
            limits["managed-by$plimsoll"] = wanted.usd_per_month
        for name, plan in self._plans.items() if wanted.emails else ():
            budget = plan.workload.get("budget")
            if budget and budget.get("usd_per_month"):
                limits[f"plimsoll.dev/workload${name}"] = f"{budget['usd_per_month']:.2f}"
        tags = self._settings.cost_tags(SHARED, {}).aws()
        alerts = BudgetAlerts(wanted.emails, wanted.thresholds_percent)
        Budgets("budgets", limits, alerts, access.aws, tags, activate_tags=activate)
        if activate and wanted.emails and self._plans:
            CostAnomalies("anomalies", [*self._plans], wanted.emails, access.aws, tags)


def _saves_to_lustre(plan: Plan | RunPlan) -> bool:
    return isinstance(plan, RunPlan) and saves_to_lustre(plan)


def _own_ceiling(plan: Plan | RunPlan) -> str:
    return plan.ceiling_usd("workload") if isinstance(plan, Plan) else plan.claim()["usdPerMonth"]


def _with_needed(settings: Settings, plans: Iterable[Plan | RunPlan]) -> Switches:
    """Install on a cluster of our own what watches it, and what its runs need: Kueue, JobSet."""
    plans = list(plans)
    runs = [plan.container for plan in plans if isinstance(plan, RunPlan)]
    if not settings.cluster.create:
        return settings.switches
    return replace(
        settings.switches,
        open_cost=settings.switches.open_cost or settings.observability,
        kueue=settings.switches.kueue or any(run.queued for run in runs),
        job_set=settings.switches.job_set
        or any(run.nodes > 1 and run.server is None for run in runs)
        or any(map(_saves_to_lustre, plans)),
    )


def _shared_ceiling(settings: Settings, plans: Mapping[str, Plan | RunPlan]) -> Mapping[str, str]:
    """Count what workloads share: as any of the plans does, less the network where its subnets are given."""
    services = [plan for plan in plans.values() if isinstance(plan, Plan)]
    if settings.cluster.subnet_ids or not services:
        shared = settings.prices_on, settings.prices, settings.discounts
        network = not settings.cluster.subnet_ids
        return cluster_claim(settings.region, *shared, network=network, nodes=settings.maker.name)
    return services[0].claim("cluster")
