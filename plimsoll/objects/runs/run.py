"""One run needs these objects on its cluster; iterated in an order in which they can be applied.

Jobs come before the pools that they wait for: what prices a pool by its runs then knows them.
"""

from collections.abc import Iterator

from plimsoll.ground.start_up import record
from plimsoll.objects import namespace
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.runs.account import service_account
from plimsoll.objects.runs.jobs import job_of
from plimsoll.objects.runs.lustre import storage_class
from plimsoll.objects.runs.pools import pool_objects
from plimsoll.objects.runs.queue import queue_objects
from plimsoll.objects.runs.switch import switch_objects
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.sizing.pool import Pool

PRIORITY = 10_000
"""Above what names no priority (0), below serving (100,000): a run gives way to answers."""


@record
class RunPool:
    """A pool and what makes its nodes."""

    pool: Pool
    nodes: tuple[Object, ...]


@record
class RunObjects:
    """Everything of one run, by the part it plays."""

    namespace: Object
    priority: Object
    quota: Object
    account: Object
    queue: tuple[Object, ...]
    switch: tuple[Object, ...]
    storage: tuple[Object, ...]
    job: Object
    pools: tuple[RunPool, ...]

    def __iter__(self) -> Iterator[Object]:
        yield self.namespace
        yield self.priority
        yield self.quota
        yield self.account
        yield from self.queue
        yield from self.switch
        yield from self.storage
        yield self.job
        for pool in self.pools:
            yield from pool.nodes


def run_objects(plan: RunPlan, cluster: ClusterFacts) -> RunObjects:
    """Build every object of a run, by the part it plays."""
    tags = cluster.tags
    return RunObjects(
        namespace=namespace.namespace(tags),
        priority=namespace.priority_class(tags, PRIORITY, f"Run of {tags.workload}"),
        quota=namespace.resource_quota(tags, plan.container.pod_quota),
        account=service_account(cluster),
        queue=queue_objects(plan, cluster),
        switch=switch_objects(plan, cluster),
        storage=storage_class(plan, cluster),
        job=job_of(plan, cluster),
        pools=tuple(RunPool(pool, pool_objects(pool, plan, cluster)) for pool in plan.chosen.pools),
    )
