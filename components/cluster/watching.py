"""How a cluster is watched: who answers for its metrics, and what its charts are told to export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plimsoll.objects.cluster import PROMETHEUS_URL
from plimsoll.objects.tags import CostTags
from plimsoll.observability.history import claim_template
from plimsoll.observability.opencost import price_values
from plimsoll.observability.queries import NODE_LABELS
from plimsoll.observability.series import KEPT
from plimsoll.plan.of_cluster import history


@dataclass(frozen=True, slots=True)
class Watching:
    """Prometheus answers at `prometheus_url`, and OpenCost reads `price_list`, else what AWS publishes.

    Where the stack is `observed`, charts export what rules and dashboards ask for, monitors carry `labels`,
    and Prometheus has a volume of `storage_class` ("": the cluster's default), whose `ceiling` is what it
    costs in a month; empty where the stack installs no Prometheus.
    """

    prometheus_url: str = PROMETHEUS_URL
    observed: bool = False
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    price_list: str = ""
    storage_class: str = ""
    ceiling: Mapping[str, str] = field(default_factory=dict[str, str])

    def monitor(self, *, operator: bool) -> dict[str, Any]:
        """Set a chart's monitor: it needs a CRD that Prometheus' operator brings."""
        labels = {"additionalLabels": dict(self.labels)} if self.labels else {}
        return {"enabled": operator or self.observed, **labels}


def prometheus_values(tags: CostTags, watching: Watching, home: dict[str, Any]) -> dict[str, Any]:
    """Select every monitor and rule of every namespace, not only those of this release.

    Of a stack that is observed alerts are sent on and dashboards shown; a month is kept, as far as it fits,
    on a volume that outlives its pod. `home` is where that pod may run.
    """
    selected = ("podMonitorSelector", "ruleSelector", "serviceMonitorSelector")
    spec: dict[str, Any] = {f"{selector}NilUsesHelmValues": False for selector in selected}
    if not watching.observed:
        return {
            "commonLabels": tags.labels(),
            "grafana": {"enabled": False},
            "alertmanager": {"enabled": False},
            "prometheus": {"prometheusSpec": spec},
        }
    return {
        "commonLabels": tags.labels(),
        "grafana": {"enabled": True},
        "alertmanager": {"enabled": True},
        "kube-state-metrics": {"metricLabelsAllowlist": [f"nodes=[{','.join(NODE_LABELS)}]"]},
        "prometheus": {"prometheusSpec": spec | home | _kept(tags, watching)},
    }


def _kept(tags: CostTags, watching: Watching) -> dict[str, Any]:
    claim = claim_template(tags, watching.storage_class)
    return {
        "retention": KEPT,
        "retentionSize": history().retention_size,
        "storageSpec": {"volumeClaimTemplate": claim},
    }


def open_cost_values(tags: CostTags, watching: Watching, *, operator: bool) -> dict[str, Any]:
    """Tell OpenCost where usage is and what nodes cost, and of a stack that is observed who scrapes it."""
    usage: dict[str, Any] = {"prometheus": {"external": {"enabled": True, "url": watching.prometheus_url}}}
    told: dict[str, Any] = {}
    if watching.price_list:
        usage["exporter"], told["extraVolumes"] = price_values()
    monitor = (
        {"metrics": {"serviceMonitor": watching.monitor(operator=operator)}} if watching.observed else {}
    )
    return {"podLabels": tags.labels(), "opencost": usage | monitor, **told}


def keda_values(watching: Watching, *, operator: bool) -> dict[str, Any]:
    """Have KEDA export the lengths of queues of a stack that is observed."""
    if not watching.observed:
        return {}
    exported = {"enabled": True, "serviceMonitor": watching.monitor(operator=operator)}
    return {"prometheus": {"operator": exported}}
