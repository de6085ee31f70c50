"""An engine tells its load in metrics of its own; the queries here make them one number for an autoscaler."""

from plimsoll.engines.base import LoadMetrics
from plimsoll.engines.registry import engine, engine_names

CONVENTION = LoadMetrics("sum(requests_in_flight{on})", "sum(rate(http_requests_total{on}[2m]))")
"""Any other service is expected to export these; a stack's `metricQueries` names something else."""

COUNTS = {"requests_in_flight": "requests in flight", "requests_per_second": "requests/s"}
"""What each metric that a plan scales on counts, whatever an engine's query looks like: one of them has
requests in flight as the rate of a duration."""


def load_query(name: str | None, metric: str, workload: str) -> str:
    """Write the PromQL of a workload's load over all its replicas, in the metric that its plan scales on."""
    metrics = (engine(name).metrics if name in engine_names() else None) or CONVENTION
    query = metrics.in_flight if metric == "requests_in_flight" else metrics.per_second
    return query.replace("{on}", f'{{namespace="{workload}"}}')
