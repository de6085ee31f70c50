"""The pools of a run stand as long as it does, in one zone where it is a gang; it is never moved."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.nodes.makers import NODE_OBJECTS
from plimsoll.objects.nodes.zone import in_one_zone, zone_of
from plimsoll.objects.runs.lustre import saves_to_lustre
from plimsoll.plan.runs.plan import RunPlan
from plimsoll.sizing.pool import Pool

_POOL = "NodePool"


def pool_objects(pool: Pool, plan: RunPlan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Write what makes the nodes of a pool; of a managed node group that is nothing here."""
    return tuple(
        _of_a_run(made, pool, plan, cluster) if made["kind"] == _POOL else made
        for made in NODE_OBJECTS[cluster.nodes](pool, cluster)
    )


def _of_a_run(made: Object, pool: Pool, plan: RunPlan, cluster: ClusterFacts) -> Object:
    """Let empty nodes go at once, and no other: a run that is moved starts again from its last save."""
    spec, template = made["spec"], made["spec"]["template"]
    requirements = [_bought(each, pool, plan) for each in template["spec"]["requirements"]]
    nodes = template["spec"] | {"expireAfter": "Never", "requirements": requirements}
    # The job's own bound ends its pods: a node waits for nothing else, and is paid for nothing after.
    del nodes["terminationGracePeriod"]
    disruption = {
        "consolidationPolicy": "WhenEmpty",
        "consolidateAfter": "0s",
        "budgets": [{"nodes": "0", "reasons": ["Drifted", "Underutilized"]}],
    }
    own = made | {"spec": spec | {"disruption": disruption, "template": template | {"spec": nodes}}}
    together = plan.container.nodes > 1 or saves_to_lustre(plan)
    return in_one_zone(own, zone_of(cluster, plan.chosen.region)) if together else own


def _bought(requirement: Object, pool: Pool, plan: RunPlan) -> Object:
    """Let spot fall back by itself only where the run leaves spot at once."""
    if requirement["key"] != "karpenter.sh/capacity-type":
        return requirement
    if pool.capacity_type != "spot":
        return requirement | {"values": [pool.capacity_type]}
    both = plan.deadline.fallback == "immediate"
    return requirement | {"values": ["on-demand", "spot"] if both else ["spot"]}
