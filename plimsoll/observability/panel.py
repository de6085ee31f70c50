"""A panel draws what is measured beside what was planned, in Grafana's classic model."""

from typing import Any

from plimsoll.ground.start_up import record

PLAN = "plan: "
"""How the legend of a planned number begins; its line is dashed."""

WIDTH, HEIGHT, COLUMNS = 12, 8, 2
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@record
class Panel:
    """A panel has a title, a sentence for who hovers, Grafana's name of its unit, and queries by legend."""

    title: str
    meaning: str
    unit: str
    queries: dict[str, str]


def constant(number: float | str) -> str:
    """Write a number of the plan as a query."""
    return f"vector({number:g})" if isinstance(number, float) else f"vector({number})"


def drawn(panel: Panel, number: int) -> dict[str, Any]:
    """Place a panel in a grid of two columns; `number` counts from zero."""
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0}
    if panel.unit == "percentunit":
        defaults["max"] = 1
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.meaning,
        "datasource": SOURCE,
        "gridPos": {
            "h": HEIGHT,
            "w": WIDTH,
            "x": WIDTH * (number % COLUMNS),
            "y": HEIGHT * (number // COLUMNS),
        },
        "fieldConfig": {"defaults": defaults, "overrides": [_DASHED]},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [
            {"refId": chr(ord("A") + at), "expr": query, "legendFormat": legend, "datasource": SOURCE}
            for at, (legend, query) in enumerate(panel.queries.items())
        ],
    }


_DASHED: dict[str, Any] = {
    "matcher": {"id": "byRegexp", "options": f"/^{PLAN}/"},
    "properties": [{"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [10, 10]}}],
}
