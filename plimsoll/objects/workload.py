"""One workload needs these objects on its cluster: the plan says how many of what, the facts say where."""

from collections.abc import Iterator

from plimsoll.ground.start_up import record
from plimsoll.objects import namespace, service
from plimsoll.objects.autoscaler import ScaleTarget, autoscaling, refuse_without_keda
from plimsoll.objects.caps.workload import workload_policies
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.deployment import deployment
from plimsoll.objects.inference_pool import inference_objects
from plimsoll.objects.leader_worker_set import leader_worker_set
from plimsoll.objects.nodes.makers import NODE_OBJECTS
from plimsoll.objects.nodes.zone import in_one_zone, zone_of
from plimsoll.objects.queue.jobs import scaled_job
from plimsoll.objects.queue.trigger import authentication
from plimsoll.plan.plan import Plan, Pool


@record
class PoolObjects:
    """A pool becomes nodes, the pods pinned to them, and what changes their number."""

    pool: Pool
    nodes: tuple[Object, ...]
    pods: Object
    scaling: tuple[Object, ...]
    sharing: tuple[Object, ...] = ()
    """What runs on its nodes where they are shared."""


@record
class WorkloadObjects:
    """Everything of one workload, by the part it plays; iterated in an order in which it can be applied.

    `caps` are in force before what they cap. `access` are the Service and what looks at its pods. `secret` is
    there only where the cluster facts hold a token.
    """

    namespace: Object
    caps: tuple[Object, ...]
    priority: Object
    quota: Object
    secret: Object | None
    access: tuple[Object, ...]
    pools: tuple[PoolObjects, ...]

    def __iter__(self) -> Iterator[Object]:
        yield self.namespace
        yield from self.caps
        yield self.priority
        yield self.quota
        if self.secret is not None:
            yield self.secret
        yield from self.access
        for pool in self.pools:
            yield from pool.nodes
            yield from pool.sharing
        for pool in self.pools:
            yield pool.pods
            yield from pool.scaling


def of_workload(plan: Plan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Build every object of a workload, in an order in which they can be applied.

    Raises:
        SpecError: As `workload_objects`.
    """
    return tuple(workload_objects(plan, cluster))


def workload_objects(plan: Plan, cluster: ClusterFacts) -> WorkloadObjects:
    """Build every object of a workload, by the part it plays.

    Raises:
        SpecError: The plan cannot run there: no weights, an engine that cannot span nodes, a pool that would
            stay empty.
    """
    tags = cluster.tags
    return WorkloadObjects(
        namespace=namespace.namespace(tags),
        caps=workload_policies(plan, cluster),
        priority=namespace.priority_class(tags),
        quota=namespace.resource_quota(tags, plan.pod_quota),
        secret=None if cluster.token is None else namespace.token_secret(tags, cluster.token),
        access=_access(plan, cluster),
        pools=(*(_pool(pool, plan, cluster) for pool in plan.chosen.pools), *_cache(plan, cluster)),
    )


def _access(plan: Plan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Build what reaches the pods, or what they and KEDA reach: a Service, or the way to a queue."""
    tags = cluster.tags
    if plan.queue is not None:
        identity = authentication(plan, plan.queue, cluster)
        return (service.disruption_budget(tags), *((identity,) if identity is not None else ()))
    monitor = (service.pod_monitor(tags, cluster.monitor_labels),) if cluster.monitoring else ()
    routed = inference_objects(plan, cluster) if plan.routing is not None else ()
    return service.service(tags), service.disruption_budget(tags), *monitor, *routed


def _pool(pool: Pool, plan: Plan, cluster: ClusterFacts) -> PoolObjects:
    sharing = _sharing(pool, cluster)
    nodes, queue = _nodes(pool, plan, cluster), plan.queue
    if queue is not None and queue.scaled_by == "ScaledJob":
        refuse_without_keda(plan, cluster)
        return PoolObjects(pool, nodes, scaled_job(pool, plan, queue, cluster), (), sharing)
    if plan.by_ray:
        from plimsoll.objects.ray_service import ray_service  # start-up: few specs ask for it

        return PoolObjects(pool, nodes, ray_service(pool, plan, cluster), (), sharing)
    # KEDA holds workers at a number too, so that what the plan says of the queue is written down once.
    scaled = pool.autoscaled or (queue is not None and pool is plan.chosen.pools[-1])
    make = leader_worker_set if pool.nodes_per_replica > 1 else deployment
    pods = make(pool, plan.serving_of(pool), cluster, scaled=scaled)
    scaling: tuple[Object, ...] = ()
    if scaled:
        fixed = [other.max_replicas for other in plan.chosen.pools if other is not pool]
        target = ScaleTarget(pool, pods, fixed[0] if fixed else 0)
        scaling = autoscaling(target, plan, cluster)
    return PoolObjects(pool, nodes, pods, scaling, sharing)


def _nodes(pool: Pool, plan: Plan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write what makes the nodes of a pool: in one zone, where a replica spans them and none may fail.

    Nothing where they are a group's.
    """
    if cluster.whose_nodes(pool) != cluster.workload:
        return ()
    made = NODE_OBJECTS[cluster.nodes](pool, cluster)
    if pool.nodes_per_replica == 1 or pool.zones > 1:
        return made
    return tuple(in_one_zone(each, zone_of(cluster, plan.chosen.region)) for each in made)


def _cache(plan: Plan, cluster: ClusterFacts) -> Iterator[PoolObjects]:
    """Keep answers on a node of the cluster's own, where the plan has one."""
    cache = plan.cache
    if cache is not None and cache.pool is not None:
        from plimsoll.objects.answer_cache import answer_deployment, answer_service  # start-up: few have one

        nodes, pods = (
            NODE_OBJECTS[cluster.nodes](cache.pool, cluster),
            answer_deployment(cache, cache.pool, cluster),
        )
        yield PoolObjects(cache.pool, nodes, pods, (), (answer_service(cluster),))


def _sharing(pool: Pool, cluster: ClusterFacts) -> tuple[Object, ...]:
    if pool.share is None:
        return ()
    from plimsoll.objects.nodes.sharing import refuse_other_makers, sharing_objects  # start-up: few share

    refuse_other_makers(pool, cluster)
    return sharing_objects(pool, cluster) if cluster.whose_nodes(pool) == cluster.workload else ()
