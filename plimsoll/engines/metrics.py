"""An engine tells its load in metrics of its own; the queries here make them one number for an autoscaler."""

from plimsoll.ground.start_up import record


@record
class LoadMetrics:
    """PromQL of an engine's load, summed over replicas; `{on}` becomes the selector of its series."""

    in_flight: str
    per_second: str


ENGINES = {
    "vllm": LoadMetrics(
        "sum(vllm:num_requests_running{on} + vllm:num_requests_waiting{on})",
        "sum(rate(vllm:request_success_total{on}[2m]))",
    ),
    # In flight by Little's law: the rate at which seconds are spent inside requests.
    "tei": LoadMetrics("sum(rate(te_request_duration_sum{on}[2m]))", "sum(rate(te_request_count{on}[2m]))"),
}
"""vLLM's names are those of its V1 engine (vllm docs/design/metrics.md)."""

CONVENTION = LoadMetrics("sum(requests_in_flight{on})", "sum(rate(http_requests_total{on}[2m]))")
"""Any other service is expected to export these; a stack's `metricQueries` names something else."""


def load_query(engine: str | None, metric: str, workload: str) -> str:
    """Write the PromQL of a workload's load over all its replicas, in the metric that its plan scales on."""
    metrics = ENGINES.get(engine or "", CONVENTION)
    query = metrics.in_flight if metric == "requests_in_flight" else metrics.per_second
    return query.replace("{on}", f'{{namespace="{workload}"}}')
