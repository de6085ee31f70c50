"""A latency limit is an error budget: a p95 lets 5 % of requests be slower, and alerts go by its burn."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from plimsoll.ground.start_up import record
from plimsoll.observability.metrics import LATENCIES

MOST_BAD = Decimal("0.8")
"""No threshold is above this share of slow requests: 14.4 × the 10 % of a p90 is 144 %, never reached."""


@record
class Burn:
    """A pair of windows and how many times faster than allowed the budget burns in both.

    Source: SRE workbook, "Alerting on SLOs", table 5-8.
    """

    factor: Decimal
    long: str
    short: str
    severity: str


BURNS = (
    Burn(Decimal("14.4"), "1h", "5m", "page"),
    Burn(Decimal(6), "6h", "30m", "page"),
    Burn(Decimal(1), "3d", "6h", "ticket"),
)
WINDOWS = ("5m", "30m", "1h", "6h", "3d")


@record
class Objective:
    """A limit of the sla: the key, its milliseconds, the histogram, and the bucket edge it is judged at."""

    key: str
    limit_ms: float
    histogram: str
    edge_s: float
    allowed: Decimal

    def threshold(self, burn: Burn) -> Decimal:
        """Say above which share of slow requests an alert fires: one that can be reached."""
        return min(burn.factor * self.allowed, MOST_BAD)

    def recorded(self, window: str) -> str:
        """Name the recorded share of slow requests in a window."""
        return f"plimsoll:{self.key.removesuffix('_ms')}_slow:ratio_{window}"

    def slow(self, workload: str, window: str) -> str:
        """Write the share of requests that were slower than the edge in a window."""
        edge = f"{self.edge_s:g}"
        either = f"{edge}|{self.edge_s}".replace(".", r"\\.") if edge != str(self.edge_s) else None
        le = f'le=~"{either}"' if either else f'le="{edge}"'
        quick = f'sum(rate({self.histogram}_bucket{{namespace="{workload}",{le}}}[{window}]))'
        every = f'sum(rate({self.histogram}_count{{namespace="{workload}"}}[{window}]))'
        return f"1 - {quick} / {every}"

    def measured(self, workload: str) -> str:
        """Write the percentile that the limit names, seconds."""
        buckets = f'sum by (le) (rate({self.histogram}_bucket{{namespace="{workload}"}}[5m]))'
        return f"histogram_quantile({1 - self.allowed}, {buckets})"


def objectives(
    sla: Mapping[str, object], engine: str | None, expected: Mapping[str, float] | None = None
) -> tuple[tuple[Objective, ...], tuple[str, ...]]:
    """Turn the limits of an sla into objectives, with a note on each that its alerts judge otherwise.

    `expected` is what the plan expects of each, milliseconds: an edge below that would call the plan slow.
    """
    found: list[Objective] = []
    notes: list[str] = []
    for key, limit in sla.items():
        if not isinstance(limit, int | float) or not key.endswith("_ms"):
            continue
        made = _objective(key, float(limit), (expected or {}).get(key, 0.0)) if engine == "vllm" else None
        if made is None:
            notes.append(f"no alert on {key}: {_why(key, engine)}")
            continue
        found.append(made)
        notes += _elsewhere(made, (expected or {}).get(key, 0.0))
    return tuple(found), tuple(notes)


def _elsewhere(made: Objective, expected_ms: float) -> Iterator[str]:
    """Say where a limit is judged, if that is not at the limit."""
    edge_ms, limit = made.edge_s * 1000, f"{made.limit_ms:g} ms"
    if edge_ms < made.limit_ms:
        yield f"{made.key}: alerts judge at {made.edge_s:g} s, vLLM's next bucket edge below {limit}"
    elif edge_ms > made.limit_ms:
        why = f"vLLM has no bucket edge between {limit} and the {expected_ms:.3g} ms that the plan expects"
        yield f"{made.key}: alerts judge at {made.edge_s:g} s, the next bucket edge above: {why}"


def _why(key: str, engine: str | None) -> str:
    if _metric(key) == "wait":
        return "KEDA counts the tasks of a queue, and nothing here times how long they wait"
    if engine is None:
        return "its own server has no histogram of it that is known here"
    if engine != "vllm":
        return f"engine {engine} has no histogram of it that is known here"
    known = _metric(key) in LATENCIES
    return "it is below vLLM's first bucket edge" if known else "vLLM has no histogram of it"


def _metric(key: str) -> str:
    return key.partition("_")[0]


def _objective(key: str, limit_ms: float, expected_ms: float) -> Objective | None:
    """Judge at the last bucket edge within the limit, or the next above where the plan itself is slower."""
    histogram = LATENCIES.get(_metric(key))
    if histogram is None:
        return None
    within = [edge for edge in histogram.edges if expected_ms <= edge * 1000 <= limit_ms]
    above = [edge for edge in histogram.edges if edge * 1000 > limit_ms] if expected_ms else []
    if not within and not above:
        return None
    percent = int(key.split("_")[1].removeprefix("p"))
    edge = within[-1] if within else above[0]
    return Objective(key, limit_ms, histogram.name, edge, 1 - Decimal(percent) / 100)
