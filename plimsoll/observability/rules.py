"""One PrometheusRule of a workload: what is recorded, and alerts that hold it against the plan."""

from collections.abc import Mapping
from typing import Any

from plimsoll.observability.alerts import Rule, alerts_of
from plimsoll.observability.run_alerts import alerts_of_run
from plimsoll.observability.series import INTERVAL_S, MONEY, MONEY_INTERVAL_S, recorded
from plimsoll.observability.watch import Watch


def rule_object(watch: Watch, labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Build the PrometheusRule of a workload; it stands in its namespace with its tags.

    `labels` are those by which the operator of a cluster selects rules.
    """
    often, seldom = recording(watch)
    groups = {
        "recorded": (INTERVAL_S, often),
        "money": (MONEY_INTERVAL_S, seldom),
        "alerts": (INTERVAL_S, alerting(watch)),
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {
            "name": f"{watch.name}-alerts",
            "namespace": watch.name,
            "labels": dict(sorted({**watch.tags.labels(), **(labels or {})}.items())),
        },
        "spec": {
            "groups": [
                {"name": f"plimsoll-{watch.name}-{part}", "interval": f"{interval_s}s", "rules": rules}
                for part, (interval_s, rules) in groups.items()
            ]
        },
    }


def recording(watch: Watch) -> tuple[list[Rule], list[Rule]]:
    """List what is recorded, names of ours with the workload as a label: all but money, and money."""
    rules = [
        {"record": name, "expr": query, "labels": {"workload": watch.name}}
        for name, query in recorded(watch).items()
    ]
    often = [rule for rule in rules if rule["record"] not in MONEY]
    return often, [rule for rule in rules if rule["record"] in MONEY]


def alerting(watch: Watch) -> list[Rule]:
    """List the alerts of a workload, each with a number of its plan."""
    return alerts_of(watch) if watch.run is None else alerts_of_run(watch, watch.run)
