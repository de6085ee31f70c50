"""The caps of a plan are rules in its cluster, and the API server refuses what breaks one.

NodePool limits, the namespace's quota and the autoscalers' maxima say how far a workload may grow. The
policies here keep them from being edited away by anyone. `plimsoll.gate.caps.bill` proves the money of those
caps backwards.

One policy for each workload, so that little depends on each: its namespace, its pools, its node classes.
`plimsoll.objects.caps.cluster` has the one for everything else in a cluster.

What stays possible: deleting (it costs less), what EKS itself does (users `eks:…`, a prefix that AWS keeps
for itself), what a DaemonSet's pods do on nodes that exist, and an object with the label
`plimsoll.dev/exempt`, written by someone who holds the RBAC verb `exempt` on its resource. Someone with
rights on the policies themselves can delete them: admission holds users, not cluster administrators.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from plimsoll.ground.start_up import record
from plimsoll.objects.caps import cel
from plimsoll.objects.caps.cel import Rules, at_most, rule, text, texts
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes import auto_mode, karpenter
from plimsoll.objects.nodes.marks import GPU
from plimsoll.objects.nodes.node_class import GP3_IOPS, GP3_MIB_PER_S
from plimsoll.objects.nodes.node_pool import DRAIN_LIMIT, EXPIRE_AFTER, capacity_types
from plimsoll.objects.tags import WORKLOAD_LABEL
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Plan, Pool

if TYPE_CHECKING:
    from plimsoll.plan.runs.plan import RunPlan

EXPIRIES = (EXPIRE_AFTER, "Never")
"""A node that expires sooner is replaced more often, each time with two nodes for a while."""

CLASSES = {"ec2nodeclasses": karpenter.KIND.group, "nodeclasses": auto_mode.KIND.group}
"""Node classes by the name that the API server calls them by, and their API groups."""

EXTRAS = {
    "services": "a load balancer",
    "ingresses": "the load balancer of an Ingress",
    "gateways": "the load balancer of a Gateway",
    "persistentvolumeclaims": "a volume of its own",
}
"""What a namespace can also be billed for, none of it planned."""


@record
class Caps:
    """The caps of one plan bound its pools, what one replica asks for, and what the namespace may.

    `shapes` are what a pod of it may ask for, in words, and the expression that holds where it does. Pods of
    `homeless` pools run on the nodes of `home`, a group, whose own policy caps them.
    """

    workload: str
    pools: Sequence[Pool]
    shapes: Mapping[str, str]
    quota: Mapping[str, str]
    home: str = ""
    homeless: Collection[str] = ()

    @property
    def names(self) -> dict[str, Pool]:
        """The pools by the name of their NodePool, node class, Deployment and autoscaler."""
        return {f"{self.workload}-{pool.name}": pool for pool in self.pools}

    @property
    def nodes(self) -> dict[str, Pool]:
        """Those of them whose nodes are the workload's own."""
        return {name: pool for name, pool in self.names.items() if pool.name not in self.homeless}


def policy_name(workload: str) -> str:
    """Name a workload's policy and its binding: the same for ever."""
    return f"plimsoll-{workload}"


def pools_of(plan: "Plan | RunPlan") -> tuple[Pool, ...]:
    """List the pools of which a plan has nodes: those that serve or work, and that of its cache."""
    cache = plan.cache if isinstance(plan, Plan) else None
    own = () if cache is None or cache.pool is None else (cache.pool,)
    return (*plan.chosen.pools, *own)


def workload_policies(plan: Plan, cluster: ClusterFacts) -> tuple[Object, Object]:
    """Write the policy of one workload, and the binding that puts it in force."""
    shapes = dict(_replica_of(plan.serving_of(pool)) for pool in plan.chosen.pools)
    pools = pools_of(plan)
    if len(pools) > len(plan.chosen.pools):
        from plimsoll.money.cache_pool import CPU  # start-up: few specs have a cache in the cluster

        shapes |= dict([_of_cpu(f"{CPU:g}")])
    homeless = [pool.name for pool in pools if cluster.whose_nodes(pool) != cluster.workload]
    home = cluster.home if homeless else ""
    caps = Caps(cluster.workload, pools, shapes, plan.pod_quota, home, homeless)
    return policies_of(caps, cluster.tags.labels())


def group_policies(
    pools: Sequence[Pool], resources: Sequence[str], cluster: ClusterFacts
) -> tuple[Object, Object]:
    """Write the policy of the nodes that a group shares, and its binding.

    No pod of the group's own namespace may ask for one of its `resources`: tenants' pods are in theirs.
    """
    shapes = dict(_asked_of(resource, 1) for resource in resources)
    quota = {f"requests.{resource}": "0" for resource in resources}
    return policies_of(Caps(cluster.workload, pools, shapes, quota), cluster.tags.labels())


def policies_of(caps: Caps, labels: Mapping[str, str]) -> tuple[Object, Object]:
    """Write the policy of caps, and the binding that puts it in force."""
    constraints = {
        # Cluster-scoped objects match whatever the selector says; the rules go by their names.
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": caps.workload}},
        "resourceRules": [
            cel.resources("", "persistentvolumeclaims", "pods", "pods/resize", "resourcequotas", "services"),
            cel.resources("apps", *_scalable("deployments", "statefulsets")),
            cel.resources("leaderworkerset.x-k8s.io", *_scalable("leaderworkersets")),
            cel.resources("autoscaling", "horizontalpodautoscalers"),
            cel.resources("keda.sh", "scaledjobs", "scaledobjects"),
            cel.resources("networking.k8s.io", "ingresses"),
            cel.resources("gateway.networking.k8s.io", "gateways"),
            cel.resources("karpenter.sh", *cel.NODES),
            *(cel.resources(group, kind) for kind, group in CLASSES.items()),
        ],
    }
    rules = [
        *_pool_rules(caps),
        *_class_rules(caps),
        *_replica_rules(caps),
        *_pod_rules(caps),
        *_namespace_rules(caps),
    ]
    name = policy_name(caps.workload)
    return cel.policy(name, labels, constraints, rules), cel.binding(name, labels)


def _scalable(*names: str) -> list[str]:
    return [part for name in names for part in (name, f"{name}/scale")]


def _pool_rules(caps: Caps) -> Rules:
    for name, pool in caps.nodes.items():
        yield from _one_pool_rules(name, pool, caps.workload)
    names = texts(caps.nodes)
    scale = f"variables.what == 'nodepools/scale' && variables.name in {names}"
    yield rule(scale, "false", f"the pools of {caps.workload} grow with their pods, within their limits")
    claims = f"variables.labels[?{text(WORKLOAD_LABEL)}].orValue('') == {text(caps.workload)}"
    template = f"variables.spec.?template.?metadata.?labels[?{text(WORKLOAD_LABEL)}].orValue('')"
    stranger = f"variables.what == 'nodepools' && !(variables.name in {names}) && variables.changed"
    whose = f"{claims} || {template} == {text(caps.workload)}"
    has = f"has the pools {', '.join(caps.nodes)} and no other" if caps.nodes else "has no pool of its own"
    message = f"the plan of {caps.workload} {has}"
    yield rule(f"{stranger} && ({whose})", "variables.exempt", message)
    of_pool = f"variables.labels[?'karpenter.sh/nodepool'].orValue('') in {names}"
    of_class = f"variables.spec.?nodeClassRef.?name.orValue('') in {names}"
    by_hand = f"variables.what == 'nodeclaims' && variables.changed && ({of_pool} || {of_class})"
    karpenter = "variables.user.matches(r'^system:serviceaccount:[^:]+:karpenter$')"
    message = f"only Karpenter makes nodes for {caps.workload}, within the limits of its pools"
    yield rule(by_hand, f"{karpenter} || variables.user.startsWith('eks:')", message)


def _one_pool_rules(name: str, pool: Pool, workload: str) -> Rules:
    this = f"variables.what == 'nodepools' && variables.name == {text(name)} && variables.changed"
    template = "variables.spec.template.spec"
    for key, most in pool.limits.items():
        bounded = at_most("variables.spec.?limits.orValue({})", key, most)
        yield rule(this, bounded, f"NodePool {name} must have limits.{key}, at most {most} as planned")
    allowed = {
        "node.kubernetes.io/instance-type": [pool.instance_type],
        "karpenter.sh/capacity-type": capacity_types(pool),
    }
    for key, values in allowed.items():
        found = f"r.key == {text(key)} && r.operator == 'In' && r.values.all(v, v in {texts(values)})"
        message = f"NodePool {name} must require {key} In {', '.join(values)}, as planned"
        yield rule(this, f"{template}.requirements.exists(r, {found})", message)
    own = f"{template}.nodeClassRef.name == {text(name)} && {template}.nodeClassRef.group in {_groups()}"
    yield rule(this, own, f"NodePool {name} must refer to its own node class {name}")
    yield rule(this, "!has(variables.spec.replicas)", f"NodePool {name} must not keep nodes without pods")
    taint = f"t.key == {text(WORKLOAD_LABEL)} && t.value == {text(workload)} && t.effect == 'NoSchedule'"
    taints = f"{template}.?taints.orValue([]).exists(t, {taint})"
    yield rule(this, taints, f"NodePool {name} must keep the taint that keeps strangers off its nodes")
    yield from _in_flight_rules(this, template, name)


def _in_flight_rules(this: str, template: str, name: str) -> Rules:
    """Bound the nodes in flight above a limit: how often nodes are replaced, how many at once."""
    expiry = f"{template}.?expireAfter.orValue('') in {texts(EXPIRIES)}"
    drain = f"{template}.?terminationGracePeriod.orValue('') == {text(DRAIN_LIMIT)}"
    message = (
        f"NodePool {name} must keep expireAfter {EXPIRE_AFTER} and terminationGracePeriod {DRAIN_LIMIT}: "
        "while a node is replaced, two are paid for"
    )
    yield rule(this, f"{expiry} && {drain}", message)
    steady = "b.nodes in ['0', '1'] && !has(b.schedule) && !has(b.reasons)"
    budgets = f"variables.spec.?disruption.?budgets.orValue([]).exists(b, {steady})"
    yield rule(this, budgets, f"NodePool {name} must replace at most one node at a time")


def _groups() -> str:
    return texts(CLASSES.values())


def _class_rules(caps: Caps) -> Rules:
    extras = [
        f"!variables.spec.?{flag}.orValue(false)"
        for flag in ("associatePublicIPAddress", "detailedMonitoring")
    ]
    for name, pool in caps.nodes.items():
        size = f"{pool.volume_gib}Gi"
        changed = f"variables.name == {text(name)} && variables.changed"
        ec2 = f"variables.what == 'ec2nodeclasses' && {changed}"
        message = f"node class {name} must have one gp3 volume, at most {size} at baseline speed, as planned"
        yield rule(ec2, _one_disk(size), message)
        message = f"node class {name} must not add public addresses or detailed monitoring to every node"
        yield rule(ec2, " && ".join(extras), message)
        storage = "variables.spec.?ephemeralStorage.orValue({})"
        small = f"{at_most(storage, 'size', size)} && {_baseline(storage)}"
        message = f"node class {name} must have storage of at most {size} at baseline speed, as planned"
        yield rule(f"variables.what == 'nodeclasses' && {changed}", small, message)


def _one_disk(size: str) -> str:
    """Hold where an EC2NodeClass gives a node one volume: the size, and only what a gp3 gigabyte includes."""
    disk = " && ".join(
        [
            "d.?volumeType.orValue('') == 'gp3'",
            at_most("d", "volumeSize", size),
            _baseline("d"),
            "!has(d.volumeInitializationRate)",
        ]
    )
    mappings = "variables.spec.?blockDeviceMappings.orValue([])"
    one = f"m.?rootVolume.orValue(false) && has(m.ebs) && [m.ebs].all(d, {disk})"
    return f"{mappings}.size() == 1 && {mappings}.all(m, {one})"


def _baseline(disk: str) -> str:
    iops = f"{disk}.?iops.orValue({GP3_IOPS}) <= {GP3_IOPS}"
    return f"{iops} && {disk}.?throughput.orValue({GP3_MIB_PER_S}) <= {GP3_MIB_PER_S}"


def _replica_rules(caps: Caps) -> Rules:
    most = {name: pool.max_replicas for name, pool in caps.names.items()}
    table, names = cel.counts(most), texts(most)
    planned = ", ".join(f"{name}: {count}" for name, count in most.items())
    owners = ["deployments", "statefulsets", "leaderworkersets"]
    kinds = texts(_scalable(*owners))
    this = f"variables.what in {kinds} && variables.name in {names} && variables.changed"
    message = f"more replicas than planned ({planned})"
    yield rule(this, f"variables.spec.?replicas.orValue(1) <= {table}[variables.name]", message)
    surge = "string(variables.spec.?strategy.?rollingUpdate.?maxSurge.orValue('25%')) in ['0', '0%']"
    this = f"variables.what == 'deployments' && variables.name in {names} && variables.changed"
    recreate = "variables.spec.?strategy.?type.orValue('') == 'Recreate'"
    yield rule(this, f"{recreate} || {surge}", "maxSurge must be 0: a surge needs a node above the limits")
    for name, pool in caps.names.items():
        this = f"variables.what == 'leaderworkersets' && variables.name == {text(name)} && variables.changed"
        spread = pool.nodes_per_replica
        size = f"variables.spec.leaderWorkerTemplate.?size.orValue(1) <= {spread}"
        update = "variables.spec.?rolloutStrategy.?rollingUpdateConfiguration.?maxSurge.orValue(0)"
        message = f"a replica of {name} spans at most {spread} nodes, and rolls out without a surge"
        yield rule(this, f"{size} && string({update}) in ['0', '0%']", message)
    yield from _scaler_rules(table, names, planned)


def _scaler_rules(table: str, names: str, planned: str) -> Rules:
    target = "variables.spec.?scaleTargetRef.?name.orValue('')"
    aims = f"{target} in {names}"
    most = f"{table}[{target}]"
    this = f"variables.what == 'horizontalpodautoscalers' && {aims} && variables.changed"
    message = f"maxReplicas above the plan's ({planned})"
    yield rule(this, f"variables.spec.maxReplicas <= {most}", message)
    this = f"variables.what == 'scaledobjects' && {aims} && variables.changed"
    message = f"a ScaledObject must have maxReplicaCount, at most the plan's ({planned})"
    yield rule(this, f"variables.spec.?maxReplicaCount.orValue(100) <= {most}", message)
    jobs = f"variables.what == 'scaledjobs' && variables.name in {names} && variables.changed"
    message = f"a ScaledJob must have maxReplicaCount, at most the plan's ({planned})"
    yield rule(jobs, f"variables.spec.?maxReplicaCount.orValue(100) <= {table}[variables.name]", message)
    within = " && ".join(
        f"variables.spec.?{field}.orValue(0) <= {most}"
        for field in ("minReplicaCount", "idleReplicaCount", "fallback.?replicas")
    )
    message = f"minReplicaCount, idleReplicaCount and fallback.replicas above the plan's ({planned})"
    yield rule(this, within, message)
    # An annotation is no part of the spec, so it is judged whether the spec changed or not.
    paused = "variables.it.metadata.?annotations[?'autoscaling.keda.sh/paused-replicas'].orValue('0')"
    within = f"{paused}.matches('^[0-9]{{1,9}}$') && int({paused}) <= {most}"
    message = f"paused-replicas above the plan's ({planned})"
    yield rule(f"variables.what == 'scaledobjects' && {aims}", within, message)


def _pod_rules(caps: Caps) -> Rules:
    asked, replica = " or ".join(caps.shapes), ") || (".join(caps.shapes.values())
    whose = f"a pod of {caps.workload}"
    message = f"{whose} that asks for an accelerator must ask as planned: one container, {asked}"
    yield rule("variables.changed", f"variables.pods.all(p, !({cel.pod_asks('p')}) || ({replica}))", message)
    message = f"{whose} that may have a node bought for it must ask as planned: one container, {asked}"
    for nodes in (caps.workload, *([caps.home] if caps.home else [])):
        lands = f"{cel.tolerates('p', nodes)} && {cel.waits_for_node('p')}"
        yield rule("variables.changed", f"variables.pods.all(p, !({lands}) || ({replica}))", message)


def _replica_of(serving: Container) -> tuple[str, str]:
    """Say in words what a replica asks for, and hold where a pod asks for just that."""
    if serving.accelerators:
        return _asked_of(serving.accelerator_resource or GPU, serving.accelerators)
    return _of_cpu(f"{serving.cpu_request:g}")


def _asked_of(resource: str, count: int) -> tuple[str, str]:
    return f"exactly {count} {resource}", cel.replica_of_gpus("p", resource, count)


def _of_cpu(cpu: str) -> tuple[str, str]:
    return f"at least {cpu} CPU and no accelerator", cel.replica_of_cpu("p", cpu)


def _namespace_rules(caps: Caps) -> Rules:
    this = (
        f"variables.what == 'resourcequotas' && variables.name == {text(caps.workload)} && variables.changed"
    )
    for key, most in caps.quota.items():
        message = f"the quota of {caps.workload} must have {key}, at most {most} as planned"
        yield rule(this, at_most("variables.spec.?hard.orValue({})", key, most), message)
    for what, extra in EXTRAS.items():
        billed = "variables.spec.?type.orValue('') == 'LoadBalancer'" if what == "services" else "true"
        this = f"variables.what == {text(what)} && variables.changed && {billed}"
        message = f"{extra} is not in the plan of {caps.workload}; {way_out()}"
        yield rule(this, "variables.exempt", message)


def way_out() -> str:
    """Tell in a message the way past a cap."""
    return f"to allow it, someone with the verb {cel.EXEMPT_VERB} labels it {cel.EXEMPT}: <ticket>"
