"""The fleet: one cluster, what is installed on it, and every workload of the stack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pulumi

from components.caps.cluster import ClusterCaps
from components.cluster.addons import Addons
from components.cluster.cluster import Cluster, ClusterAccess, ClusterInputs, existing_cluster
from components.nodes.cluster_autoscaler import ClusterAutoscaler
from components.nodes.karpenter import Karpenter
from components.stack.budgets import BudgetAlerts, Budgets
from components.stack.settings import Settings
from components.tags import SHARED
from components.workload.autoscaler import MetricSource
from components.workload.workload import Placement, Workload
from plimsoll.plan.plan import Plan


class Fleet:
    """Places plans by name. `urls` and `ceilings_usd` are by workload; the cluster has its own ceiling."""

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
        # One of the plans speaks for the cluster: its shared lines are the same in all of them.
        ceiling = next(iter(plans.values())).ceiling_usd("cluster")
        access = self._cluster(ceiling)
        ready = [*access.ready]
        if settings.nodes == "karpenter" and settings.cluster.create:
            spot_role = settings.create_spot_role
            karpenter = Karpenter("karpenter", access, shared, create_spot_role=spot_role)
            ready += karpenter.ready
            access = replace(access, node_role=karpenter.node_role)
        if settings.nodes == "managed" and settings.cluster.create:
            ready += ClusterAutoscaler("cluster-autoscaler", access, shared).ready
        addons = Addons("addons", access, settings.switches, shared, settings.prometheus_url, ready)
        ready += addons.ready
        if settings.cluster.create:
            pools = {name: plan.chosen.pools for name, plan in plans.items()}
            ready += ClusterCaps("caps", access, pools, shared).ready
        made = {
            name: Workload(name, plans[name], tags[name], self._placement(name, access, ready))
            for name in plans
        }
        self._budgets(access)
        self.urls = {name: workload.url for name, workload in made.items()}
        own = {name: plan.ceiling_usd("workload") for name, plan in plans.items()}
        self.ceilings_usd = own | ({SHARED: ceiling} if settings.cluster.create else {})

    def _cluster(self, ceiling: str) -> ClusterAccess:
        wanted = self._settings.cluster
        if wanted.existing is not None:
            return existing_cluster(wanted.name, wanted.existing)
        inputs = ClusterInputs(
            name=wanted.name,
            region=self._settings.region,
            nodes=self._settings.nodes,
            zones=wanted.zones,
            subnet_ids=wanted.subnet_ids,
            version=wanted.version,
            admins=wanted.admins,
            public_access_cidrs=wanted.public_access_cidrs,
        )
        shared = self._settings.cost_tags(SHARED, {})
        known = None if self._settings.nodes == "auto-mode" else ceiling
        return Cluster(wanted.name, inputs, shared, known).access

    def _placement(self, workload: str, access: ClusterAccess, after: Sequence[pulumi.Resource]) -> Placement:
        settings = self._settings
        metrics = MetricSource(
            keda=settings.switches.keda,
            prometheus_url=settings.prometheus_url,
            query=settings.metric_queries.get(workload, ""),
            gateway_query=settings.gateway_query,
        )
        return Placement(
            cluster=access.name,
            nodes=settings.nodes,
            node_role=access.node_role,
            aws=access.aws,
            kubernetes=access.kubernetes,
            metrics=metrics,
            monitoring=settings.switches.prometheus,
            network=access.network,
            after=after,
            token=self._token,
            images=settings.images,
        )

    def _budgets(self, access: ClusterAccess) -> None:
        wanted = self._settings.budget
        activate = self._settings.activate_cost_tags
        if not wanted.emails and not activate:
            return
        limits: dict[str, str] = {}
        if wanted.usd_per_month:
            limits["managed-by$plimsoll"] = wanted.usd_per_month
        for name, plan in self._plans.items() if wanted.emails else ():
            budget = plan.workload.get("budget")
            if budget:
                limits[f"plimsoll.dev/workload${name}"] = f"{budget['usd_per_month']:.2f}"
        tags = self._settings.cost_tags(SHARED, {}).aws()
        alerts = BudgetAlerts(wanted.emails, wanted.thresholds_percent)
        Budgets("budgets", limits, alerts, access.aws, tags, activate_tags=activate)
