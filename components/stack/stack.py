"""A stack is one cluster, what is installed on it, and every workload that is placed there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pulumi

from components.caps.cluster import ClusterCaps
from components.cluster.access import ClusterAccess, Installed, existing_cluster
from components.cluster.addons import Addons, Switches
from components.cluster.block_storage import block_storage
from components.cluster.cluster import Cluster, ClusterInputs
from components.cluster.file_systems import lustre_driver
from components.cluster.watching import Watching
from components.stack.anomalies import CostAnomalies
from components.stack.budgets import BudgetAlerts, Budgets
from components.stack.settings import Settings
from components.workload.placement import Placement
from components.workload.queues import scaler_access
from components.workload.run import Run
from components.workload.shared_nodes import SharedNodes, SliceLayouts
from components.workload.workload import Workload
from plimsoll.objects.caps.workload import pools_of
from plimsoll.objects.cluster import ClusterFacts, FileSystemPlace, MetricSource, Object
from plimsoll.objects.queue.trigger import queue_arn
from plimsoll.objects.runs.lustre import saves_to_lustre
from plimsoll.objects.tags import SHARED, WORKLOAD_LABEL, CostTags
from plimsoll.observability.history import CLASS
from plimsoll.observability.objects import watch_objects
from plimsoll.observability.opencost import price_list
from plimsoll.plan.of_cluster import cluster_claim, history_claim, together
from plimsoll.plan.plan import Plan, Pool
from plimsoll.plan.runs.plan import RunPlan

if TYPE_CHECKING:  # start-up: only a stack with a portfolio has groups
    from plimsoll.plan.portfolio.groups.group import Group


class Stack:
    """A stack places plans. `urls` and `ceilings_usd` are by workload.

    The cluster has a ceiling of its own, and so have nodes that services share.
    """

    urls: dict[str, str]
    ceilings_usd: Mapping[str, str]

    def __init__(
        self,
        settings: Settings,
        plans: Mapping[str, Plan | RunPlan],
        groups: "Sequence[Group]" = (),
        *,
        token: "pulumi.Input[str] | None" = None,
    ) -> None:
        """Register everything; `groups` share nodes, `token` opens gated model weights and stays a secret."""
        self._settings, self._plans, self._groups, self._token = settings, plans, groups, token
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
        watching = self._watching(switches)
        if watching.storage_class:
            ready += block_storage(access, shared, settings.maker.block_storage, ready)
        addons = Addons("addons", access, switches, shared, watching, ready)
        ready += addons.ready
        if settings.cluster.create and any(map(_saves_to_lustre, plans.values())):
            ready += lustre_driver(access, shared)
        if settings.cluster.create:
            ready += ClusterCaps("caps", access, self._pools(), shared, own=installed.pools).ready
        if settings.cluster.create and switches.keda:
            scaler_access(access, self._queues(tags, access), shared)
        self.urls = {}
        homes = self._shared_nodes(access, ready, shared) if groups else {}
        for name, plan in plans.items():
            placement = self._placement(plan, tags[name], access, ready, homes.get(name))
            if isinstance(plan, Plan):
                self.urls[name] = Workload(name, plan, placement).url
            else:
                Run(name, plan, placement)
        self._budgets(access)
        own = {name: _own_ceiling(plan) for name, plan in plans.items()}
        own |= {group.node.name: group.rented.claim()["usdPerMonth"] for group in groups}
        claims = [*([ceiling] if settings.cluster.create else []), *filter(None, [watching.ceiling])]
        self.ceilings_usd = own | ({SHARED: together(*claims)["usdPerMonth"]} if claims else {})

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
        pools = (pool for plan in self._plans.values() for pool in plan.chosen.pools)
        return settings.maker.install(
            access,
            shared,
            create_spot_role=settings.create_spot_role,
            node_overlays=any(pool.share is not None for pool in pools),
        )

    def _pools(self) -> Mapping[str, Sequence[Pool]]:
        """Say whose pools the cluster admits: each workload's own, and those of nodes that are shared."""
        if not self._groups:
            return {name: pools_of(plan) for name, plan in self._plans.items()}
        from plimsoll.objects.joint import own_pools

        return own_pools(self._plans, self._groups)

    def _shared_nodes(
        self, access: ClusterAccess, after: Sequence[pulumi.Resource], shared: CostTags
    ) -> dict[str, SharedNodes]:
        """Make the nodes that groups share, how they are cut first; by tenant."""
        from plimsoll.objects.joint import common_owner
        from plimsoll.objects.nodes.joint import layouts, operators_namespace

        settings, plans = self._settings, self._plans
        placed = [
            (group, self._facts(settings.cost_tags(group.node.name, common_owner(group, plans)), access))
            for group in self._groups
        ]
        cut = layouts(placed, shared)
        if cut is not None:
            place = operators_namespace(shared) if settings.cluster.create else None
            after = [*after, *SliceLayouts(cut, place, access.kubernetes, after).ready]
        homes: dict[str, SharedNodes] = {}
        for group, facts in placed:
            watched = watch_objects(group, facts) if settings.observability else ()
            made = SharedNodes(group, self._placed(facts, access, after, watched))
            homes |= dict.fromkeys(group.node.tenants, made)
        return homes

    def _queues(self, tags: Mapping[str, CostTags], access: ClusterAccess) -> dict[str, str]:
        """Collect the queues of AWS's own that workloads take tasks from, by workload."""
        services = {name: plan for name, plan in self._plans.items() if isinstance(plan, Plan)}
        found = {name: queue_arn(plan, self._facts(tags[name], access)) for name, plan in services.items()}
        return {name: arn for name, arn in found.items() if arn is not None}

    def _watching(self, switches: Switches) -> Watching:
        """Say how the cluster is watched; OpenCost is told what the plans pay."""
        settings = self._settings
        prices = price_list(self._plans, settings.maker.name, self._groups) if switches.open_cost else ""
        told = Watching(settings.prometheus_url, settings.observability, settings.monitor_labels, prices)
        if not (settings.observability and switches.prometheus):
            return told
        own, facts = settings.cluster.create, (settings.region, settings.prices_on, settings.prices)
        ceiling = history_claim(*facts, own_class=own)
        return replace(told, storage_class=CLASS if own else "", ceiling=ceiling)

    def _placement(
        self,
        plan: Plan | RunPlan,
        tags: CostTags,
        access: ClusterAccess,
        after: Sequence[pulumi.Resource],
        home: SharedNodes | None,
    ) -> Placement:
        facts = self._facts(tags, access)
        if home is not None:
            facts, after = replace(facts, home=home.group), [*after, *home.ready]
        watched = watch_objects(plan, facts) if self._settings.observability else ()
        return self._placed(facts, access, after, watched)

    def _placed(
        self,
        facts: ClusterFacts,
        access: ClusterAccess,
        after: Sequence[pulumi.Resource],
        watched: Sequence[Object] = (),
    ) -> Placement:
        maker = self._settings.maker
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
        if wanted.emails:
            limits |= self._limits_of_specs()
        tags = self._settings.cost_tags(SHARED, {}).aws()
        alerts = BudgetAlerts(wanted.emails, wanted.thresholds_percent)
        Budgets("budgets", limits, alerts, access.aws, tags, activate_tags=activate)
        if activate and wanted.emails and self._plans:
            paying = [*self._plans, *(group.node.name for group in self._groups)]
            CostAnomalies("anomalies", paying, wanted.emails, access.aws, tags)

    def _limits_of_specs(self) -> dict[str, str]:
        """Hold the budget of each spec against its cost tag; who shares nodes is held with all who do."""
        found: dict[str, float] = {}
        for name, plan in self._plans.items():
            budget = plan.workload.get("budget")
            if budget and budget.get("usd_per_month"):
                found[name] = budget["usd_per_month"]
        limits: dict[tuple[str, ...], str] = {(name,): f"{usd:.2f}" for name, usd in found.items()}
        for group in self._groups:
            from plimsoll.plan.portfolio.groups.group import joint_budget  # start-up: few stacks have one

            if (together := joint_budget(group, found)) is not None:
                tenants = group.node.tenants
                limits = {names: usd for names, usd in limits.items() if names[0] not in tenants}
                limits[group.node.name, *tenants] = together
        return {",".join(f"{WORKLOAD_LABEL}${name}" for name in names): usd for names, usd in limits.items()}


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
