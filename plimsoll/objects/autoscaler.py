"""An autoscaler changes a pool's replica count: a ScaledObject or an HPA on the plan's metric."""

from collections.abc import Iterator

from plimsoll.engines.metrics import load_query
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.queue.trigger import NAME, PODS, trigger
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Plan, Pool
from plimsoll.sizing.work.base import Queueing

RECORDED = "plimsoll_load"
"""Name under which a metrics adapter serves the load per pod (vLLM's own names have a colon)."""


@record
class ScaleTarget:
    """An autoscaler owns the replicas of one pool; `fixed_replicas` stand beside it whatever it does."""

    pool: Pool
    scaled: Object
    fixed_replicas: int

    @property
    def name(self) -> str:
        """The name of the Deployment or LeaderWorkerSet, and of its autoscaler."""
        return self.scaled["metadata"]["name"]

    @property
    def reference(self) -> Object:
        """The reference that autoscalers hold."""
        return {"apiVersion": self.scaled["apiVersion"], "kind": self.scaled["kind"], "name": self.name}


def autoscaling(target: ScaleTarget, plan: Plan, cluster: ClusterFacts) -> tuple[Object, ...]:
    """Scale one pool: by KEDA where it is installed, else by an HPA and the rule that feeds its adapter.

    Raises:
        SpecError: The pool may be empty, and nothing would ever scale it up again.
    """
    refuse_without_keda(plan, cluster)
    if cluster.metrics.keda:
        return (scaled_object(target, plan, cluster),)
    scaler = horizontal_pod_autoscaler(target, plan, cluster)
    return (scaler,) if plan.autoscaling.by_cpu else (scaler, recording_rule(plan, cluster))


def scaled_object(target: ScaleTarget, plan: Plan, cluster: ClusterFacts) -> Object:
    """Write KEDA's ScaledObject, which makes the HPA and can hold zero replicas.

    Raises:
        SpecError: Scaling to zero without a metric at the gateway.
    """
    _refuse_blind_zero(plan, cluster)
    serving, queue = plan.serving_of(target.pool), plan.queue
    advanced: Object = {
        "horizontalPodAutoscalerConfig": {"name": target.name, "behavior": _behavior(serving)}
    }
    spec: Object = {
        "scaleTargetRef": target.reference,
        "pollingInterval": 15,
        "cooldownPeriod": serving.scale_down_window_s if queue is None else queue.cooldown_s,
        "minReplicaCount": target.pool.min_replicas,
        "maxReplicaCount": target.pool.max_replicas,
        "advanced": advanced,
    }
    if not plan.autoscaling.by_cpu:
        # A blind autoscaler keeps the whole pool: the ceiling was sized for it, the sla needs it.
        spec["fallback"] = {"failureThreshold": 3, "replicas": target.pool.max_replicas}
    if queue is None:
        spec["triggers"] = [_trigger(target, plan, cluster), *_cron(plan)]
    else:
        spec["triggers"] = [trigger(plan, queue, cluster)]
        if target.fixed_replicas:
            advanced["scalingModifiers"] = _beside(target, queue)
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": _metadata(target.name, cluster),
        "spec": spec,
    }


def horizontal_pod_autoscaler(target: ScaleTarget, plan: Plan, cluster: ClusterFacts) -> Object:
    """Write the HPA where KEDA is switched off; the metric comes from a custom metrics adapter.

    Raises:
        SpecError: The pool may be empty, which autoscaling/v2 refuses.
    """
    if target.pool.min_replicas == 0:
        kept = plan.autoscaling.schedule is not None
        key = "scale.schedule" if kept else "scale.min_replicas"
        raise SpecError(
            Problem(
                what=f"pool {target.pool.name!r} may shrink to no replicas",
                why="autoscaling/v2 refuses minReplicas 0",
                fix=f"switch KEDA on (keda: true), or {'remove' if kept else 'raise'} {key}",
                path=f"{cluster.workload}.{key}",
            )
        )
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": _metadata(target.name, cluster),
        "spec": {
            "scaleTargetRef": target.reference,
            "minReplicas": target.pool.min_replicas,
            "maxReplicas": target.pool.max_replicas,
            "metrics": [_pod_metric(plan)],
            "behavior": _behavior(plan.serving_of(target.pool)),
        },
    }


def recording_rule(plan: Plan, cluster: ClusterFacts) -> Object:
    """Record the load per pod in Prometheus, for the HPA's adapter to serve."""
    per_pod = _total(plan, cluster).replace("sum(", "sum by (namespace, pod) (", 1)
    rules, metadata = [{"record": RECORDED, "expr": per_pod}], _metadata(cluster.workload, cluster)
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata | {"labels": {**metadata["labels"], **cluster.monitor_labels}},
        "spec": {"groups": [{"name": f"{cluster.workload}-scaling", "rules": rules}]},
    }


def _metadata(name: str, cluster: ClusterFacts) -> Object:
    return {"name": name, "namespace": cluster.workload, "labels": cluster.tags.labels()}


def _beside(target: ScaleTarget, queue: Queueing) -> Object:
    """Leave to the fixed workers the tasks that they take."""
    return {
        "formula": f"max({NAME} - {target.fixed_replicas} * {queue.target_per_worker}, 0)",
        "target": str(queue.target_per_worker),
        "activationTarget": "0",
        "metricType": PODS,
    }


def refuse_without_keda(plan: Plan, cluster: ClusterFacts) -> None:
    """Refuse workers of a queue where nothing would count its tasks.

    Raises:
        SpecError: KEDA is switched off.
    """
    if plan.queue is not None and not cluster.metrics.keda:
        raise SpecError(
            Problem(
                what=f"nothing would count the tasks of {cluster.workload}",
                why=f"an HPA alone cannot ask {plan.queue.type} how many wait",
                fix="switch KEDA on (keda: true)",
                path=f"{cluster.workload}.load.queue",
            )
        )


def _refuse_blind_zero(plan: Plan, cluster: ClusterFacts) -> None:
    if plan.queue is None and plan.autoscaling.scale_to_zero and not cluster.metrics.gateway_query:
        raise SpecError(
            Problem(
                what="scale.to_zero needs a metric that outlives the last pod",
                why="the engine's own series vanish with it, so nothing would ever scale up again",
                fix="set gatewayQuery in the stack to PromQL of the requests in flight at the gateway",
                path=f"{cluster.workload}.scale.to_zero",
            )
        )


def _behavior(serving: Container) -> Object:
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


def _trigger(target: ScaleTarget, plan: Plan, cluster: ClusterFacts) -> Object:
    scaling = plan.autoscaling
    if scaling.by_cpu:
        return {"type": "cpu", "metricType": "Utilization", "metadata": {"value": scaling.target_text}}
    metadata = {
        "serverAddress": cluster.metrics.prometheus_url,
        "query": _query(target, plan, cluster),
        "threshold": scaling.target_text,
        "activationThreshold": "0",
        "ignoreNullValues": "true" if scaling.may_sleep else "false",
    }
    return {
        "type": "prometheus",
        "name": scaling.metric,
        "metricType": "AverageValue",
        "metadata": metadata,
    }


def _cron(plan: Plan) -> Iterator[Object]:
    """Keep replicas in the hours of the schedule, whatever the load is."""
    kept = plan.autoscaling.schedule
    if kept is not None:
        metadata = {
            "timezone": kept.timezone,
            "start": kept.start,
            "end": kept.end,
            "desiredReplicas": str(kept.min_replicas),
        }
        yield {"type": "cron", "name": "schedule", "metadata": metadata}


def _query(target: ScaleTarget, plan: Plan, cluster: ClusterFacts) -> str:
    """Ask for the load that the scaled replicas have to carry: all of it, less what the fixed ones carry."""
    asleep = plan.autoscaling.may_sleep and cluster.metrics.gateway_query
    if asleep or plan.autoscaling.scale_to_zero:
        return cluster.metrics.gateway_query.replace("{workload}", cluster.workload)
    total = _total(plan, cluster)
    if not target.fixed_replicas:
        return total
    each = plan.autoscaling.target_text if plan.burst is None else f"{plan.burst.base_target:g}"
    return f"clamp_min({total} - {target.fixed_replicas} * {each}, 0)"


def _total(plan: Plan, cluster: ClusterFacts) -> str:
    own = cluster.metrics.query
    return own or load_query(plan.serving.engine, plan.autoscaling.metric, cluster.workload)


def _pod_metric(plan: Plan) -> Object:
    scaling = plan.autoscaling
    if scaling.by_cpu:
        cpu_target = {"type": "Utilization", "averageUtilization": int(scaling.target_text)}
        return {"type": "Resource", "resource": {"name": "cpu", "target": cpu_target}}
    pods_target = {"type": "AverageValue", "averageValue": scaling.target_text}
    return {"type": "Pods", "pods": {"metric": {"name": RECORDED}, "target": pods_target}}
