"""The service levels of a workload: limits on latency, on waits and on availability."""

from typing import Annotated

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import SHARE, Milliseconds, TaskSeconds, Wait, Within

_NO_LATENCY = ("availability", "wait_p95_ms", "drain_s", "confidence")
"""Keys of the sla that no single replica holds or breaks."""


class Sla(Frozen):
    """Latency limits, statistic and unit in the key, and availability. No key = no limit."""

    ttft_p50_ms: Milliseconds | None = Field(default=None, description="Time to first token, median, ms.")
    ttft_p90_ms: Milliseconds | None = Field(default=None, description="Time to first token, p90, ms.")
    ttft_p95_ms: Milliseconds | None = Field(
        default=None, description="Time to first token, p95, ms.", examples=[800]
    )
    ttft_p99_ms: Milliseconds | None = Field(default=None, description="Time to first token, p99, ms.")
    tpot_p50_ms: Milliseconds | None = Field(default=None, description="Time per output token, median, ms.")
    tpot_p90_ms: Milliseconds | None = Field(default=None, description="Time per output token, p90, ms.")
    tpot_p95_ms: Milliseconds | None = Field(
        default=None, description="Time per output token after the first, p95, ms.", examples=[40]
    )
    tpot_p99_ms: Milliseconds | None = Field(default=None, description="Time per output token, p99, ms.")
    e2e_p50_ms: Milliseconds | None = Field(default=None, description="Whole request, median, ms.")
    e2e_p90_ms: Milliseconds | None = Field(default=None, description="Whole request, p90, ms.")
    e2e_p95_ms: Milliseconds | None = Field(
        default=None, description="Whole request, p95, ms.", examples=[15000]
    )
    e2e_p99_ms: Milliseconds | None = Field(default=None, description="Whole request, p99, ms.")
    latency_p50_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, median, ms."
    )
    latency_p90_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, p90, ms."
    )
    latency_p95_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, p95, ms."
    )
    latency_p99_ms: Milliseconds | None = Field(
        default=None, description="Services that answer once: latency, p99, ms."
    )
    wait_p95_ms: Wait | None = Field(
        default=None,
        description="Tasks of a queue: wait until a worker takes it, p95, ms; 0: 95 in 100 start at once.",
        examples=[10000],
    )
    drain_s: TaskSeconds | None = Field(
        default=None, description="Seconds until load.queue.backlog is gone.", examples=[1800]
    )
    availability: Annotated[float, Field(ge=0.01, lt=1, allow_inf_nan=False), SHARE] = Field(
        default=defaults.AVAILABILITY,
        description="Share of time the peak can be served; from 0.999 one zone may fail.",
        examples=[0.999],
    )

    confidence: Annotated[float, Within(0.5, 0.95), SHARE] = Field(
        default=defaults.CONFIDENCE,
        description="Latency limits are held at this quantile of the interval; 0.5: at the estimate.",
        examples=[0.9],
    )

    def latency_limits(self) -> dict[str, float]:
        """The latency limits that were set: key (`ttft_p95_ms`) to milliseconds, in field order."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name not in _NO_LATENCY}
        return {name: value for name, value in values.items() if value is not None}

    def queue_limits(self) -> dict[str, float]:
        """The limits on tasks of a queue that were set, which all workers hold together."""
        values = {"wait_p95_ms": self.wait_p95_ms, "drain_s": self.drain_s}
        return {name: value for name, value in values.items() if value is not None}
