"""These rules look at pods that run together or not at all, and at where their nodes may stand."""

from collections.abc import Iterator

from plimsoll.gate.case import Case
from plimsoll.gate.landing import POOL_NAME, landing_pools, requirements_of
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import NODE_POOLS, kind_of
from plimsoll.ground.tree import mapping_at, step
from plimsoll.pricing.kubernetes.labels import ZONE
from plimsoll.pricing.kubernetes.runs.bound import known_bound

_GANGS = (
    ("jobset.x-k8s.io", "JobSet"),
    ("trainer.kubeflow.org", "TrainJob"),
    ("kubeflow.org", "PyTorchJob"),
    ("kubeflow.org", "MPIJob"),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"),
)


def _across(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    if kind_of(resource) not in _GANGS or _alone(resource):
        return
    for pool in landing_pools(resource, case):
        zones = _zones(pool)
        if len(zones) != 1:
            where = f"{len(zones)} zones" if zones else "any zone"
            message = (
                f"its pods work together and {pool.name} admits {where}: traffic between zones is slow and "
                f"billed; require one {ZONE}"
            )
            yield Finding("gang_across_zones", resource.urn, message)
            return


def _alone(resource: Resource) -> bool:
    """Say whether a job is surely one pod."""
    bound = known_bound(resource)
    return bound is not None and bound.pods == 1


def _zones(pool: Resource) -> set[str]:
    """Collect the zones that a pool admits; empty where it names none."""
    zones: set[str] = set()
    for each in requirements_of(pool):
        if each.key == ZONE and each.operator == "In":
            zones = zones & set(each.values) if zones else set(each.values)
    return zones


def _by_topology(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    if kind_of(resource) != ("kueue.x-k8s.io", "ResourceFlavor"):
        return
    topology = step(resource.inputs, "spec", "topologyName")
    if not topology:
        return
    wanted = mapping_at(resource.inputs, "spec", "nodeLabels").get(POOL_NAME)
    for pool in case.created():
        if pool.type not in NODE_POOLS or step(pool.inputs, "spec", "replicas") is not None:
            continue
        if wanted in (None, mapping_at(pool.inputs, "metadata").get("name")):
            message = (
                f"it asks for topology, which counts nodes that stand, and {pool.name} has none before a job "
                "is admitted: nothing is ever admitted"
            )
            yield Finding("tas_on_elastic_pool", resource.urn, message)
            return


GANG_ACROSS_ZONES = Rule(
    name="gang-across-zones",
    description="Pods that work together stand in one zone.",
    level="advisory",
    severity="medium",
    remediation=f"Require one value of {ZONE} in the pool of a gang.",
    each=_across,
)

TAS_ON_ELASTIC_POOL = Rule(
    name="tas-on-elastic-pool",
    description="Topology-aware scheduling is asked for where nodes stand.",
    level="advisory",
    severity="high",
    remediation="Leave topologyName out of flavors of elastic pools, or give the pool static replicas.",
    each=_by_topology,
)
