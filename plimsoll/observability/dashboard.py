"""A Grafana dashboard of a workload: what it does and costs now, beside the numbers of its plan.

The classic model: Grafana 13 still imports it, and migrates it when it is loaded.
"""

from typing import Any

from plimsoll.observability.panel import drawn
from plimsoll.observability.panels import panels_of
from plimsoll.observability.run_panels import panels_of_run
from plimsoll.observability.uid import uid_of
from plimsoll.observability.watch import Watch

SCHEMA_VERSION = 41
"""Of Grafana 11.6 to 13."""

TAG = "plimsoll"

CONSOLE = "https://console.aws.amazon.com/costmanagement/home#"
"""The page of AWS that shows what it billed and whom it warns."""


def dashboard(watch: Watch) -> dict[str, Any]:
    """Build the dashboard of a workload; its queries need the series that 'plimsoll alerts' record."""
    panels = panels_of(watch) if watch.run is None else panels_of_run(watch, watch.run)
    return {
        "uid": uid_of(watch.name),
        "title": f"{watch.name}: against its plan",
        "description": _description(watch),
        "tags": [TAG, *(f"{key}:{value}" for key, value in watch.tags.labels().items())],
        "schemaVersion": SCHEMA_VERSION,
        "version": 1,
        "editable": True,
        "timezone": "utc",
        "time": {"from": "now-7d", "to": "now"},
        "refresh": "1m",
        "links": [
            _link("AWS Budgets", "budgets/overview"),
            _link("AWS Cost Anomaly Detection", "anomaly-detection/overview"),
        ],
        "templating": {"list": [_datasource()]},
        "annotations": {"list": []},
        "panels": [drawn(panel, number) for number, panel in enumerate(panels)],
    }


def _link(title: str, page: str) -> dict[str, Any]:
    return {
        "title": title,
        "type": "link",
        "icon": "external link",
        "url": f"{CONSOLE}/{page}",
        "targetBlank": True,
    }


def _datasource() -> dict[str, Any]:
    return {
        "name": "datasource",
        "label": "Prometheus",
        "type": "datasource",
        "query": "prometheus",
        "hide": 0,
    }


def _description(watch: Watch) -> str:
    prices = (
        f"{price.instance_type} ${price.usd_per_hour}/h ({price.source}, {price.as_of})"
        for price in watch.prices
    )
    return "; ".join(["Dashed lines are numbers of the plan", *prices, *watch.notes])
