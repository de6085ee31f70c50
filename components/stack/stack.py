"""A stack is one cluster, what is installed on it, and every workload that is placed there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi

from components.caps.cluster import ClusterCaps
from components.cluster.access import ClusterAccess, Installed, existing_cluster
from components.cluster.addons import Addons
from components.cluster.cluster import Cluster, ClusterInputs
from components.stack.budgets import BudgetAlerts, Budgets
from components.stack.settings import Settings
from components.workload.placement import Placement
from components.workload.workload import Workload
from plimsoll.objects.cluster import ClusterFacts, MetricSource
from plimsoll.objects.tags import SHARED, CostTags
from plimsoll.plan.of_cluster import cluster_claim
from plimsoll.plan.plan import Plan


class Stack:
    """A stack places plans. `urls` and `ceilings_usd` are by workload; the cluster has its own ceiling."""

    urls: Mapping[str, str]
    ceilings_usd: Mapping[str, str]

    def __init__(
        self,
        settings: Settings,
        plans: Mapping[str, Plan],
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
        addons = Addons("addons", access, settings.switches, shared, settings.prometheus_url, ready)
        ready += addons.ready
        if settings.cluster.create:
            pools = {name: plan.chosen.pools for name, plan in plans.items()}
            ready += ClusterCaps("caps", access, pools, shared, own=installed.pools).ready
        made = {
            name: Workload(name, plans[name], self._placement(tags[name], access, ready)) for name in plans
        }
        self._budgets(access)
        self.urls = {name: workload.url for name, workload in made.items()}
        own = {name: plan.ceiling_usd("workload") for name, plan in plans.items()}
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

    def _placement(
        self, tags: CostTags, access: ClusterAccess, after: Sequence[pulumi.Resource]
    ) -> Placement:
        facts = self._facts(tags, access)
        maker = self._settings.maker
        return Placement(facts, maker, access.aws, access.kubernetes, access.network, after)

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
            monitoring=settings.switches.prometheus,
            images=settings.images,
            token=None if self._token is None else pulumi.Output.secret(self._token),
        )

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
            if budget:
                limits[f"plimsoll.dev/workload${name}"] = f"{budget['usd_per_month']:.2f}"
        tags = self._settings.cost_tags(SHARED, {}).aws()
        alerts = BudgetAlerts(wanted.emails, wanted.thresholds_percent)
        Budgets("budgets", limits, alerts, access.aws, tags, activate_tags=activate)


def _shared_ceiling(settings: Settings, plans: Mapping[str, Plan]) -> Mapping[str, str]:
    """Count what workloads share: as any of the plans does, less the network where its subnets are given."""
    if settings.cluster.subnet_ids:
        shared = settings.prices_on, settings.prices, settings.discounts
        return cluster_claim(settings.region, *shared, network=False, nodes=settings.maker.name)
    return next(iter(plans.values())).claim("cluster")
