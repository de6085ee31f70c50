"""The metrics that dashboards and alerts ask for, each with who exports it and where its name is written."""

from collections.abc import Mapping

from plimsoll.ground.start_up import record

GPU_ACTIVE = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
NODE_COST = "node_total_hourly_cost"
NODE_SPOT = "kubecost_node_is_spot"
NODE_LABELS = "kube_node_labels"
POD_INFO = "kube_pod_info"
POD_READY = "kube_pod_status_ready"
JOB_START = "kube_job_status_start_time"
JOB_ACTIVE = "kube_job_status_active"
RUNNING = "vllm:num_requests_running"
WAITING = "vllm:num_requests_waiting"
CACHE_USE = "vllm:kv_cache_usage_perc"
REQUESTS = "vllm:request_success_total"
PROMPT_TOKENS = "vllm:prompt_tokens_total"
ANSWER_TOKENS = "vllm:generation_tokens_total"
QUEUE = "keda_scaler_metrics_value"

_DCGM = "NVIDIA/dcgm-exporter etc/dcp-metrics-included.csv"
_OPENCOST = "opencost/opencost pkg/costmodel/metrics.go"
_STATE = "kubernetes/kube-state-metrics docs/metrics"
_VLLM = "vllm docs/design/metrics.md, vllm/v1/metrics/loggers.py"

SOURCES: Mapping[str, str] = {
    GPU_ACTIVE: _DCGM,
    NODE_COST: _OPENCOST,
    NODE_SPOT: _OPENCOST,
    NODE_LABELS: f"{_STATE}/cluster/node-metrics.md",
    POD_INFO: f"{_STATE}/workload/pod-metrics.md",
    POD_READY: f"{_STATE}/workload/pod-metrics.md",
    JOB_START: f"{_STATE}/workload/job-metrics.md",
    JOB_ACTIVE: f"{_STATE}/workload/job-metrics.md",
    QUEUE: "kedacore/keda-docs content/docs/2.20/integrations/prometheus.md",
    **dict.fromkeys((RUNNING, WAITING, CACHE_USE, REQUESTS, PROMPT_TOKENS, ANSWER_TOKENS), _VLLM),
    "vllm:time_to_first_token_seconds": _VLLM,
    "vllm:request_time_per_output_token_seconds": _VLLM,
    "vllm:e2e_request_latency_seconds": _VLLM,
}
"""Every metric that is asked for, and where its name is written."""


@record
class BucketEdges:
    """A latency of vLLM: the name of its histogram and the upper edges of its buckets, seconds."""

    name: str
    edges: tuple[float, ...]


LATENCIES: Mapping[str, BucketEdges] = {
    "ttft": BucketEdges(
        "vllm:time_to_first_token_seconds",
        (
            0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
            20.0, 40.0, 80.0, 160.0, 640.0, 2560.0,
        ),
    ),
    "tpot": BucketEdges(
        "vllm:request_time_per_output_token_seconds",
        (
            0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
            20.0, 40.0, 80.0,
        ),
    ),
    "e2e": BucketEdges(
        "vllm:e2e_request_latency_seconds",
        (
            0.3, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 120.0,
            240.0, 480.0, 960.0, 1920.0, 7680.0,
        ),
    ),
}  # fmt: skip
"""Latencies that an sla limits. Source of the edges: vllm/v1/metrics/loggers.py."""
