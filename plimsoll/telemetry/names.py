"""vLLM's metrics by what they say, with the names that its releases gave them.

Source: vllm docs/design/metrics.md and docs/usage/metrics.md; a metric is hidden one release after it is
deprecated and removed after two, so that a file may hold either name.
"""

from collections.abc import Mapping

REQUESTS = "requests"
PROMPT_TOKENS = "prompt_tokens"
ANSWER_TOKENS = "answer_tokens"
PREFIX_QUERIES = "prefix_queries"
PREFIX_HITS = "prefix_hits"
RUNNING = "running"
WAITING = "waiting"
CACHE_USE = "cache_use"
PROMPT_LENGTH = "prompt_length"
ANSWER_LENGTH = "answer_length"
TTFT = "ttft"
TPOT = "tpot"
ITL = "itl"
E2E = "e2e"

COUNTERS: Mapping[str, tuple[str, ...]] = {
    REQUESTS: ("vllm:request_success_total", "vllm:request_success"),
    PROMPT_TOKENS: ("vllm:prompt_tokens_total", "vllm:prompt_tokens"),
    ANSWER_TOKENS: ("vllm:generation_tokens_total", "vllm:generation_tokens"),
    PREFIX_QUERIES: (
        "vllm:prefix_cache_queries_total", "vllm:prefix_cache_queries",
        "vllm:gpu_prefix_cache_queries_total", "vllm:gpu_prefix_cache_queries",
    ),
    PREFIX_HITS: (
        "vllm:prefix_cache_hits_total", "vllm:prefix_cache_hits",
        "vllm:gpu_prefix_cache_hits_total", "vllm:gpu_prefix_cache_hits",
    ),
}  # fmt: skip
"""Counters; the two of the prefix cache count tokens."""

GAUGES: Mapping[str, tuple[str, ...]] = {
    RUNNING: ("vllm:num_requests_running",),
    WAITING: ("vllm:num_requests_waiting",),
    CACHE_USE: ("vllm:kv_cache_usage_perc", "vllm:gpu_cache_usage_perc"),
}

HISTOGRAMS: Mapping[str, tuple[str, ...]] = {
    PROMPT_LENGTH: ("vllm:request_prompt_tokens",),
    ANSWER_LENGTH: ("vllm:request_generation_tokens",),
    TTFT: ("vllm:time_to_first_token_seconds",),
    TPOT: ("vllm:request_time_per_output_token_seconds",),
    ITL: ("vllm:inter_token_latency_seconds", "vllm:time_per_output_token_seconds"),
    E2E: ("vllm:e2e_request_latency_seconds",),
}  # fmt: skip
"""Histograms; tokens of a request, and seconds. TPOT is of a request, the time between tokens of a token."""
