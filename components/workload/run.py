"""The Run component registers one run's objects on a cluster, and where it saves on AWS."""

from typing import Any

import pulumi

from components.workload.checkpoints import checkpoints
from components.workload.placed import Placed
from components.workload.placement import Placement, told_pools
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.container import missing_image_of_run
from plimsoll.objects.runs.lustre import missing_place
from plimsoll.objects.runs.run import RunObjects, RunPool, run_objects
from plimsoll.plan.runs.plan import RunPlan


class Run(Placed):
    """A run gets its queue, its job and its pools, exactly as planned; the job comes before its pools."""

    def __init__(
        self,
        name: str,
        plan: RunPlan,
        placement: Placement,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Place `plan` under the resource name `name`."""
        super().__init__("plimsoll:index:Workload", name, _declared(plan, placement), opts)
        self._placement = placement
        _refuse_unready(plan, placement)
        objects = run_objects(plan, placement.facts)
        home = self._register(objects.namespace)
        first = self._surround(objects, home)
        if plan.checkpoint is not None and plan.checkpoint.to == "s3":
            first += checkpoints(self, placement, plan.checkpoint)
        first += [self._register(each, [home]) for each in objects.storage]
        self._register(objects.job, first)
        for pool in objects.pools:
            self._nodes(pool, home)
        self.register_outputs({})

    def _surround(self, objects: RunObjects, home: pulumi.Resource) -> list[pulumi.Resource]:
        """Register what a job needs before it is created: its account, its queue, its priority, its quota."""
        last: list[pulumi.Resource] = [home]
        for manifest in objects.queue:
            # Each refers to the one before it.
            last = [self._register(manifest, [home, *last[-1:]])]
        made = [self._register(each, [home]) for each in (objects.priority, objects.quota, objects.account)]
        for manifest in objects.switch:
            self._register(manifest, [home, *last])
        for manifest in self._placement.watched:
            self._register(manifest, [home])
        return [home, *last, *made]

    def _nodes(self, pool: RunPool, home: pulumi.Resource) -> None:
        self._chain(pool.nodes, [home])
        self._machines(pool.pool)


def _refuse_unready(plan: RunPlan, placement: Placement) -> None:
    """Let a preview show a run without an image, or a place to save, with a warning; an update refuses it."""
    problem: Problem | None = missing_place(plan, placement.facts) or missing_image_of_run(
        plan.container.image, placement.facts, plan.container.image_key
    )
    if problem is None:
        return
    if not pulumi.runtime.is_dry_run():
        raise SpecError(problem)
    pulumi.log.warn(str(problem))


def _declared(plan: RunPlan, placement: Placement) -> dict[str, Any]:
    """Declare what a policy needs to judge the component before any child exists."""
    return {
        "ceiling": plan.claim(),
        **({"expires": ends} if (ends := plan.workload.get("expires")) else {}),
        "instanceType": plan.chosen.instance_type,
        "nodes": placement.maker.name,
        "pools": told_pools(plan.chosen.pools),
        "pricedOn": plan.clock.priced_on,
        "region": plan.chosen.region,
    }
