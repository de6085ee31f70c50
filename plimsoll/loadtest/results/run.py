"""A run is one load on one server: how much was asked, what came of it, and how long requests took."""

from collections.abc import Mapping

from plimsoll.ground.start_up import record

PERCENT = {"p50": 50, "p90": 90, "p95": 95, "p99": 99}
"""The statistics that are read of every latency, beside its mean."""


@record
class ResultFile:
    """A file of results: its name, its digest, and the place inside it where a run stands."""

    name: str
    sha256: str
    at: str = ""

    @property
    def title(self) -> str:
        """Name it for people."""
        return f"{self.name}: {self.at}" if self.at else self.name


@record
class AskedLoad:
    """What was asked of a server: requests per second, or requests in flight, or as many as it takes.

    `asked_qps` and `in_flight` are None where they were not asked; `flooded` is a load without a rate.
    """

    asked_qps: float | None = None
    in_flight: float | None = None
    flooded: bool = False

    @property
    def title(self) -> str:
        """Name it for people."""
        if self.flooded and self.in_flight is None:
            return "as fast as it goes"
        if self.asked_qps is not None:
            return f"{self.asked_qps:g} req/s"
        return (
            f"{self.in_flight:g} in flight" if self.in_flight is not None else "a load that nobody wrote down"
        )


@record
class RequestCounts:
    """Requests of a run by what became of them; `cached` is the share of prompt tokens found in a cache.

    Token counts are means over requests. What a file does not say is None.
    """

    completed: float | None = None
    failed: float = 0.0
    not_sent: float = 0.0
    duration_s: float | None = None
    input_tok: float | None = None
    output_tok: float | None = None
    cached: float | None = None

    @property
    def failed_share(self) -> float:
        """Failed requests of all that were sent."""
        sent = self.failed + (self.completed or 0.0)
        return self.failed / sent if sent else 0.0

    @property
    def not_sent_share(self) -> float:
        """Requests that the tool could not start, of all that it should have."""
        wanted = self.not_sent + self.failed + (self.completed or 0.0)
        return self.not_sent / wanted if wanted else 0.0


@record
class LoadRun:
    """One run. `qps` is the rate that was achieved; latencies are milliseconds by key (`ttft_p95_ms`).

    TPOT is the time of each output token after the first, whatever the tool calls so. `said` is what somebody
    wrote beside the numbers: the model, the plan. `asking` says how to ask the tool for what is missing.
    """

    file: ResultFile
    tool: str
    day: str | None
    load: AskedLoad
    counts: RequestCounts
    qps: float
    latencies_ms: Mapping[str, float]
    said: Mapping[str, str]
    asking: str = ""


def rate_achieved(
    load: AskedLoad, counts: RequestCounts, mean_e2e_ms: float | None, reported: float
) -> float:
    """Work out the rate that was achieved of one that was asked: completed ÷ (duration − mean end to end).

    A tool's own rate divides by the time until the last answer came, in which no requests arrived any more;
    on ten minutes it is a percent or two, as much as separates a load that was held from one that was not.
    Without a rate that is asked the last answers count like the others. Source: vLLM `benchmarks/serve.py`,
    where duration ends with the last response.
    """
    if load.asked_qps is None or counts.completed is None or counts.duration_s is None or mean_e2e_ms is None:
        return reported
    sending = counts.duration_s - mean_e2e_ms / 1000
    return max(counts.completed / sending, reported) if sending > 0 else reported
