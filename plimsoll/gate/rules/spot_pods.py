"""These rules look at pods that spot may take away: what they lose, and whether they are warned."""

from collections.abc import Iterator

from plimsoll.gate.case import Case
from plimsoll.gate.landing import landing_pools, may_be_spot
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.gate.rules.pods import containers
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import is_kubernetes, kind_of
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import list_at, mapping_at, objects_within
from plimsoll.pricing.kubernetes.runs.bound import known_bound
from plimsoll.pricing.kubernetes.runs.hours import DO_NOT_DISRUPT

CHECKPOINT_DIR = "CHECKPOINT_DIR"
"""Variable by which a run is told where to save: the contract of Plimsoll's own runs."""

_RUNS = (
    ("batch", "Job"),
    ("batch", "CronJob"),
    ("jobset.x-k8s.io", "JobSet"),
    ("trainer.kubeflow.org", "TrainJob"),
    ("kubeflow.org", "PyTorchJob"),
    ("kubeflow.org", "MPIJob"),
)
_SHORT_S = 3600
"""Runs of up to an hour lose little when they start again."""


def _undisturbed(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    if not is_kubernetes(resource) or not any(
        DO_NOT_DISRUPT in mapping_at(mapping, "annotations") for _, mapping in objects_within(resource.inputs)
    ):
        return
    pool = _spot_pool(resource, case)
    if pool is not None:
        message = (
            f"its pods carry {DO_NOT_DISRUPT} and may land on {pool.name}, which admits spot: Karpenter does "
            "not drain them on the two-minute warning, so they end without one"
        )
        yield Finding("do_not_disrupt_on_spot", resource.urn, message)


def _unsaved(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    if kind_of(resource) not in _RUNS or _saves(resource) or _in_shards(resource) or _is_short(resource):
        return
    pool = _spot_pool(resource, case)
    if pool is not None:
        message = (
            f"it may run on {pool.name}, which admits spot, for more than an hour, and no container has "
            f"{CHECKPOINT_DIR}: an interruption loses all of the work"
        )
        yield Finding("spot_without_checkpoint", resource.urn, message)


def _spot_pool(resource: Resource, case: Case) -> Resource | None:
    """Find a pool that its pods may land on and that admits spot."""
    return next((pool for pool in landing_pools(resource, case) if may_be_spot(pool)), None)


def _saves(resource: Resource) -> bool:
    given = (
        mapping_at(each) for each in _variables(resource) if mapping_at(each).get("name") == CHECKPOINT_DIR
    )
    return any(each.get("value") or each.get("valueFrom") for each in given)


def _variables(resource: Resource) -> Iterator[object]:
    for container in containers(resource):
        yield from list_at(container.value, "env")


def _in_shards(resource: Resource) -> bool:
    """Say whether a job is many small ones, each of which is retried by itself."""
    specs = (mapping for _, mapping in objects_within(resource.inputs))
    retried = (mapping for mapping in specs if mapping.get("backoffLimitPerIndex") not in (None, UNKNOWN))
    return any(mapping.get("completionMode") == "Indexed" for mapping in retried)


def _is_short(resource: Resource) -> bool:
    bound = known_bound(resource)
    return bound is not None and bound.seconds <= _SHORT_S


DO_NOT_DISRUPT_ON_SPOT = Rule(
    name="do-not-disrupt-on-spot",
    description="Pods that spot may take away can be drained when they are warned.",
    level="advisory",
    severity="medium",
    remediation=f"Leave {DO_NOT_DISRUPT} out where a pool admits spot; budgets stop voluntary moves.",
    each=_undisturbed,
)

SPOT_WITHOUT_CHECKPOINT = Rule(
    name="spot-without-checkpoint",
    description="Long runs on spot save their work.",
    level="advisory",
    severity="medium",
    remediation=f"Write checkpoints and say where in {CHECKPOINT_DIR}, or run on on-demand capacity.",
    each=_unsaved,
)
