"""The Kubernetes objects that a stack of examples emits, without the engine."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from plimsoll.ground.markers import Secret
from plimsoll.plan.of_stack import NoPlanError, plan_workloads
from plimsoll.preview.program import run_program
from tests.make.places import ROOT
from tests.make.program import program

CHART = "kubernetes:helm.sh/v3:Release"
CONFIG: Mapping[str, Any] = {
    "environment": "prod",
    "cluster": {"name": "demo"},
    "tags": {"team": "platform", "cost-center": "0000"},
    "gatewayQuery": 'sum(requests{service="{workload}"})',
    "huggingFaceToken": "hf_not_a_real_one",
    "leaderWorkerSet": True,
}
"""Every optional object switched on."""


@cache
def objects(region: str, names: tuple[str, ...], nodes: str, *, keda: bool) -> tuple[dict[str, Any], ...]:
    """The manifests of one stack, the secret in clear."""
    specs = [ROOT / "workloads" / f"{name}.yaml" for name in names]
    placed = [str(spec) for spec in specs if _has_place(spec, region, keda=keda)]
    if not placed:
        return ()
    config = {
        **CONFIG,
        "region": region,
        "nodes": nodes,
        "keda": keda,
        "workloads": placed,
        # The fee of EKS Auto Mode takes some examples over their budgets: what they emit is looked at here.
        "set": ["budget.usd_per_month=1000000"],
    }
    return tuple(
        _plain(found.inputs)
        for found in run_program(program(config)).resources
        if found.type.startswith("kubernetes:") and found.type != CHART
    )


@cache
def _has_place(spec: Path, region: str, *, keda: bool) -> bool:
    """Whether there is a plan; an HPA alone can scale no pool that may be empty, and ask no queue."""
    try:
        plans = plan_workloads([spec], region, None)
    except NoPlanError:
        return False
    pools = [pool for plan in plans.values() for pool in plan.chosen.pools]
    queued = any(plan.queue is not None for plan in plans.values())
    return keda or (not queued and all(pool.min_replicas for pool in pools if pool.autoscaled))


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
