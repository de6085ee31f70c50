"""What changes the replica count: a KEDA ScaledObject, or an HPA, with the plan's metric and target."""

from dataclasses import dataclass
from typing import Any

from components.engines import load_query
from components.tags import CostTags
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.serving import Serving
from plimsoll.sizing.pool import Pool

RECORDED = "plimsoll_load"
"""Name under which a metrics adapter serves the load per pod (vLLM's own names have a colon)."""


@dataclass(frozen=True, slots=True)
class ScaleTarget:
    """What is scaled: the pool's Deployment or LeaderWorkerSet, and the fixed replicas beside it."""

    name: str
    api_version: str
    kind: str
    pool: Pool
    fixed_replicas: int


@dataclass(frozen=True, slots=True)
class MetricSource:
    """Where KEDA reads. `query` replaces the engine's own; `gateway_query` counts what no pod can see."""

    keda: bool
    prometheus_url: str
    query: str = ""
    gateway_query: str = ""


def _behavior(serving: Serving) -> dict[str, Any]:
    return {
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 60}],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": serving.scale_down_window_s,
            "selectPolicy": "Min",
            "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
        },
    }


def _query(
    target: ScaleTarget, scaling: Autoscaling, serving: Serving, tags: CostTags, source: MetricSource
) -> str:
    """The load that the scaled replicas have to carry: all of it, less what the fixed ones carry."""
    if scaling.scale_to_zero:
        return source.gateway_query.replace("{workload}", tags.workload)
    total = source.query or load_query(serving, scaling, tags.workload)
    if not target.fixed_replicas:
        return total
    return f"clamp_min({total} - {target.fixed_replicas} * {scaling.target_text}, 0)"


def _refuse_blind_zero(scaling: Autoscaling, source: MetricSource, workload: str) -> None:
    if scaling.scale_to_zero and not source.gateway_query:
        raise SpecError(
            Problem(
                what="scale.to_zero needs a metric that outlives the last pod",
                why="the engine's own series vanish with it, so nothing would ever scale up again",
                fix="set gatewayQuery in the stack to PromQL of the requests in flight at the gateway",
                path=f"{workload}.scale.to_zero",
            )
        )


def scaled_object(
    target: ScaleTarget, scaling: Autoscaling, serving: Serving, tags: CostTags, source: MetricSource
) -> dict[str, Any]:
    """KEDA's ScaledObject, which makes the HPA and can hold zero replicas.

    Raises:
        SpecError: Scaling to zero without a metric at the gateway.
    """
    _refuse_blind_zero(scaling, source, tags.workload)
    spec: dict[str, Any] = {
        "scaleTargetRef": {"apiVersion": target.api_version, "kind": target.kind, "name": target.name},
        "pollingInterval": 15,
        "cooldownPeriod": serving.scale_down_window_s,
        "minReplicaCount": target.pool.min_replicas,
        "maxReplicaCount": target.pool.max_replicas,
        "advanced": {"horizontalPodAutoscalerConfig": {"name": target.name, "behavior": _behavior(serving)}},
    }
    if scaling.by_cpu:
        spec["triggers"] = [
            {"type": "cpu", "metricType": "Utilization", "metadata": {"value": scaling.target_text}}
        ]
    else:
        # A blind autoscaler keeps the whole pool: the ceiling was sized for it, the sla needs it.
        spec["fallback"] = {"failureThreshold": 3, "replicas": target.pool.max_replicas}
        metadata = {
            "serverAddress": source.prometheus_url,
            "query": _query(target, scaling, serving, tags, source),
            "threshold": scaling.target_text,
            "activationThreshold": "0",
            "ignoreNullValues": "true" if scaling.scale_to_zero else "false",
        }
        spec["triggers"] = [{"type": "prometheus", "metricType": "AverageValue", "metadata": metadata}]
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": target.name, "namespace": tags.workload, "labels": tags.labels()},
        "spec": spec,
    }


def horizontal_pod_autoscaler(
    target: ScaleTarget, scaling: Autoscaling, serving: Serving, tags: CostTags
) -> dict[str, Any]:
    """The HPA where KEDA is switched off; the metric comes from a custom metrics adapter.

    Raises:
        SpecError: The pool may be empty, which autoscaling/v2 refuses.
    """
    if target.pool.min_replicas == 0:
        raise SpecError(
            Problem(
                what=f"pool {target.pool.name!r} may shrink to no replicas",
                why="autoscaling/v2 refuses minReplicas 0",
                fix="switch KEDA on (keda: true), or raise scale.min_replicas",
                path=f"{tags.workload}.scale.min_replicas",
            )
        )
    if scaling.by_cpu:
        percent = int(scaling.target_text)
        cpu_target = {"type": "Utilization", "averageUtilization": percent}
        metric: dict[str, Any] = {"type": "Resource", "resource": {"name": "cpu", "target": cpu_target}}
    else:
        pods_target = {"type": "AverageValue", "averageValue": scaling.target_text}
        metric = {"type": "Pods", "pods": {"metric": {"name": RECORDED}, "target": pods_target}}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": target.name, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {
            "scaleTargetRef": {"apiVersion": target.api_version, "kind": target.kind, "name": target.name},
            "minReplicas": target.pool.min_replicas,
            "maxReplicas": target.pool.max_replicas,
            "metrics": [metric],
            "behavior": _behavior(serving),
        },
    }


def recording_rule(
    scaling: Autoscaling, serving: Serving, tags: CostTags, source: MetricSource
) -> dict[str, Any]:
    """The Prometheus rule that records the load per pod, for the HPA's adapter to serve."""
    total = source.query or load_query(serving, scaling, tags.workload)
    per_pod = total.replace("sum(", "sum by (namespace, pod) (", 1)
    rules = [{"record": RECORDED, "expr": per_pod}]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": tags.workload, "namespace": tags.workload, "labels": tags.labels()},
        "spec": {"groups": [{"name": f"{tags.workload}-scaling", "rules": rules}]},
    }
