"""The queries that right-sizing asks of Prometheus, by name: what a saved window should hold."""

from collections.abc import Mapping

from plimsoll.ground.start_up import record
from plimsoll.telemetry.names import (
    ANSWER_LENGTH,
    ANSWER_TOKENS,
    CACHE_USE,
    COUNTERS,
    E2E,
    GAUGES,
    HISTOGRAMS,
    ITL,
    PREFIX_HITS,
    PREFIX_QUERIES,
    PROMPT_LENGTH,
    PROMPT_TOKENS,
    REQUESTS,
    RUNNING,
    TPOT,
    TTFT,
    WAITING,
)

STEP_S = 300
"""Seconds between points: the peak is that of five-minute rates."""

REPLICAS = "replicas"
GPU_BUSY = "gpu_busy"
GPU_MEMORY = "gpu_memory"
ALERTS = "alerts"

PAGES = 'alertstate="firing",severity="page"'
"""Alerts that page now: ours name their workload, those of others its namespace."""

BLANK = 1.0
"""DCGM writes a blank as 9223372036854775794: what is above one is none of its ratios."""


@record
class NamedQuery:
    """One query: its name, what it asks in PromQL, and the unit of its answer."""

    name: str
    promql: str
    unit: str


def queries_of(workload: str) -> tuple[NamedQuery, ...]:
    """Write the queries of a workload, whose pods are in the namespace of its name, as manifests put them."""
    on = f'{{namespace="{workload}"}}'
    return tuple(
        NamedQuery(name, query.replace("{on}", on).replace("{workload}", workload), unit)
        for name, (query, unit) in _QUERIES.items()
    )


def _counter(what: str) -> str:
    return f"sum(rate({COUNTERS[what][0]}{{on}}[5m]))"


def _buckets(what: str) -> str:
    return f"sum by (le) (rate({HISTOGRAMS[what][0]}_bucket{{on}}[5m]))"


def _sum(what: str) -> str:
    return f"sum(rate({HISTOGRAMS[what][0]}_sum{{on}}[5m]))"


SUM = "_sum"
"""Ends the name of the query for the sum of a histogram."""

_QUERIES: Mapping[str, tuple[str, str]] = {
    REQUESTS: (_counter(REQUESTS), "requests/s"),
    PROMPT_TOKENS: (_counter(PROMPT_TOKENS), "tokens/s"),
    ANSWER_TOKENS: (_counter(ANSWER_TOKENS), "tokens/s"),
    PREFIX_QUERIES: (_counter(PREFIX_QUERIES), "tokens/s"),
    PREFIX_HITS: (_counter(PREFIX_HITS), "tokens/s"),
    RUNNING: (f"sum({GAUGES[RUNNING][0]}{{on}})", "requests"),
    WAITING: (f"sum({GAUGES[WAITING][0]}{{on}})", "requests"),
    REPLICAS: (f"count({GAUGES[RUNNING][0]}{{on}})", "replicas"),
    CACHE_USE: (f"max({GAUGES[CACHE_USE][0]}{{on}})", "share"),
    PROMPT_LENGTH: (_buckets(PROMPT_LENGTH), "requests/s by tokens"),
    ANSWER_LENGTH: (_buckets(ANSWER_LENGTH), "requests/s by tokens"),
    TTFT: (_buckets(TTFT), "requests/s by seconds"),
    TPOT: (_buckets(TPOT), "requests/s by seconds"),
    TPOT + SUM: (_sum(TPOT), "seconds/s"),
    ITL: (_buckets(ITL), "tokens/s by seconds"),
    ITL + SUM: (_sum(ITL), "seconds/s"),
    E2E: (_buckets(E2E), "requests/s by seconds"),
    GPU_BUSY: ("avg(DCGM_FI_PROF_GR_ENGINE_ACTIVE{on} <= 1)", "share"),
    GPU_MEMORY: (
        "max(DCGM_FI_DEV_FB_USED{on} / (DCGM_FI_DEV_FB_USED{on} + DCGM_FI_DEV_FB_FREE{on}))",
        "share",
    ),
    ALERTS: (
        f'count(ALERTS{{{PAGES},workload="{{workload}}"}} or ALERTS{{{PAGES},namespace="{{workload}}"}})',
        "alerts",
    ),
}
NAMES = tuple(_QUERIES)


FOLDER = "metrics"
"""Where answers are saved; those of several workloads in a folder each below it."""


def saving_script(workload: str, folder: str = FOLDER) -> str:
    """Write the commands of a shell that save the last 28 days, one file a query, into a folder."""
    lines = [
        "# PROMETHEUS=http://… ; needs curl and date; then: plimsoll rightsize --lock LOCK --metrics metrics",
        f"mkdir -p {folder}; END=$(date +%s); START=$((END - 28*86400))",
        'save() { curl -sfG "$PROMETHEUS/api/v1/query_range" --data-urlencode "query=$2" \\',
        f'  -d "start=$START" -d "end=$END" -d step={STEP_S} > "{folder}/$1.json"; }}',
    ]
    lines += [f"save {each.name} '{each.promql}'" for each in queries_of(workload)]
    return "\n".join(lines) + "\n"
