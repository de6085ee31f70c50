"""An engine tells its load in metrics of its own; the queries here make them one number for an autoscaler."""

from plimsoll.engines.base import LoadMetrics
from plimsoll.engines.registry import ENGINES, engine

CONVENTION = LoadMetrics("sum(requests_in_flight{on})", "sum(rate(http_requests_total{on}[2m]))")
"""Any other service is expected to export these; a stack's `metricQueries` names something else."""


def load_query(name: str | None, metric: str, workload: str) -> str:
    """Write the PromQL of a workload's load over all its replicas, in the metric that its plan scales on."""
    metrics = (engine(name).metrics if name in ENGINES else None) or CONVENTION
    query = metrics.in_flight if metric == "requests_in_flight" else metrics.per_second
    return query.replace("{on}", f'{{namespace="{workload}"}}')
