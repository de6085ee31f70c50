"""The Workload component registers one plan's objects on a cluster, and adds what AWS needs."""

from collections.abc import Sequence
from typing import Any

import pulumi

from components.caps.settling import settled
from components.workload.answers import answer_cache
from components.workload.placed import Placed
from components.workload.placement import Placement, told_pools
from components.workload.queues import worker_access
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.container import missing_image
from plimsoll.objects.namespace import TOKEN_SECRET
from plimsoll.objects.workload import PoolObjects, WorkloadObjects, workload_objects
from plimsoll.plan.plan import Plan


class Workload(Placed):
    """A workload gets everything that it needs on its cluster, exactly as planned.

    The component's inputs carry the plan's ceiling, so that a resource policy can refuse it before
    any child exists. `url` is the address of its Service inside the cluster, empty for workers of a queue.
    """

    url: str

    def __init__(
        self,
        name: str,
        plan: Plan,
        placement: Placement,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Place `plan` under the resource name `name`."""
        super().__init__("plimsoll:index:Workload", name, _declared(plan, placement), opts)
        self._placement, self._plan = placement, plan
        self._name = placement.facts.workload
        # Workers behind a queue are reached by nobody.
        self.url = f"http://{self._name}.{self._name}.svc" if plan.queue is None else ""
        self._imageless = _imageless(plan, placement)
        objects = workload_objects(plan, placement.facts)
        base = self._surround(objects)
        nodes = {pool.pool.name: self._nodes(pool) for pool in objects.pools}
        rights = worker_access(self, placement, plan)
        if plan.cache is not None and plan.cache.pool is None:
            answer_cache(self, placement, plan.cache)
        for pool in objects.pools:
            self._serve(pool, [*base, *rights, *nodes[pool.pool.name]])
        self.register_outputs({"url": self.url})

    def _surround(self, objects: WorkloadObjects) -> list[pulumi.Resource]:
        """Register what stands around the pods; returns what the pods wait for."""
        home = self._register(objects.namespace)
        self._home = [home]
        # In force before what they cap: a raised cap before the raised pool, a lowered one as soon.
        name, hooks = f"{self._name}-caps", settled(self._name)
        self._caps = [self._register(policy, name=name, hooks=hooks) for policy in objects.caps]
        first: list[pulumi.Resource] = [
            home,
            *self._caps,
            self._register(objects.priority),
            self._register(objects.quota, [home, *self._caps]),
        ]
        if objects.secret is not None:
            first.append(self._register(objects.secret, [home], name=f"{self._name}-{TOKEN_SECRET}"))
        for manifest in (*objects.access, *self._placement.watched):
            self._register(manifest, [home])
        return first

    def _nodes(self, objects: PoolObjects) -> list[pulumi.Resource]:
        """Register a pool's nodes, each object after the one that it refers to."""
        last = self._chain(objects.nodes, self._caps)
        for manifest in objects.sharing:
            self._register(manifest, [*self._home, *last])
        return self._machines(objects.pool) or list(last)

    def _serve(self, objects: PoolObjects, after: Sequence[pulumi.Resource]) -> None:
        if self._imageless:
            pulumi.log.warn(str(self._imageless))
        patience = f"{self._plan.serving_of(objects.pool).progress_deadline_s}s"
        timeouts = pulumi.CustomTimeouts(create=patience, update=patience)
        served = self._register(objects.pods, after, timeouts=timeouts)
        for manifest in objects.scaling:
            self._register(manifest, [served])


def _imageless(plan: Plan, placement: Placement) -> Problem | None:
    """Let a preview show pods without an image, with a warning; an update refuses them."""
    problem = missing_image(plan, placement.facts)
    if problem and not pulumi.runtime.is_dry_run():
        raise SpecError(problem)
    return problem


def _declared(plan: Plan, placement: Placement) -> dict[str, Any]:
    """Declare what a policy needs to judge the component before any child exists."""
    chosen = plan.chosen
    return {
        "ceiling": plan.claim("workload"),
        **({"expires": ends} if (ends := plan.workload.get("expires")) else {}),
        **({"measuredOn": day} if (day := plan.measured_on) else {}),
        "instanceType": chosen.instance_type,
        "nodes": placement.maker.name,
        "pools": told_pools(chosen.pools),
        "pricedOn": plan.clock.priced_on,
        "region": chosen.region,
    }
