"""What watches a workload in a cluster: its rules for Prometheus' operator, its dashboard for Grafana."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.observability.dashboard import TAG, dashboard
from plimsoll.observability.rules import rule_object
from plimsoll.observability.uid import uid_of
from plimsoll.observability.watch import Watch, watch_of, watch_of_group
from plimsoll.plan.plan import Plan
from plimsoll.plan.runs.plan import RunPlan

if TYPE_CHECKING:  # start-up: only a portfolio has groups
    from plimsoll.plan.portfolio.groups.group import Group

__all__ = ["TAG", "config_map", "json_of", "watch_objects"]

SIDECAR_LABEL = {"grafana_dashboard": "1"}
"""By this label the sidecar of Grafana's chart finds dashboards, in every namespace."""
SIDECAR_MARK = "grafana_dashboard:"
"""How a ConfigMap says that it is one of them."""


def watch_objects(watched: "Plan | RunPlan | Group", cluster: ClusterFacts) -> tuple[Object, ...]:
    """Build the objects that watch a workload of a cluster, or nodes that several share, in its namespace."""
    planned = isinstance(watched, Plan | RunPlan)
    watch = (
        watch_of(watched, cluster.tags, cluster.home) if planned else watch_of_group(watched, cluster.tags)
    )
    return rule_object(watch, cluster.monitor_labels), config_map(watch)


def config_map(watch: Watch, labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Put the dashboard of a workload where Grafana's sidecar loads it."""
    name = watch.name
    found = {**watch.tags.labels(), **SIDECAR_LABEL, **(labels or {})}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": f"{name}-dashboard", "namespace": name, "labels": dict(sorted(found.items()))},
        # The sidecar writes all files into one folder: the name must be nobody else's.
        "data": {f"{uid_of(name)}.json": json_of(watch)},
    }


def json_of(watch: Watch) -> str:
    """Write a dashboard as the JSON that Grafana imports."""
    return json.dumps(dashboard(watch), indent=2, ensure_ascii=False) + "\n"
