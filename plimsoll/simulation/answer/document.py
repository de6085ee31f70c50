"""A simulation is written as a JSON document for programs: `plimsoll.dev/simulation/v1`."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.ground import meaning
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.canonical import Usd
from plimsoll.ground.start_up import record
from plimsoll.simulation.answer.minutes import Minute

SCHEMA = "plimsoll.dev/simulation/v1"


@record
class ArrivalsTold:
    """How requests arrive."""

    process: Annotated[
        Literal["poisson", "bursty", "diurnal", "trace"],
        "At the peak, by the hour, or from a trace.",
    ]
    requests: Annotated[int, "Requests that arrive."]
    duration_s: Annotated[float, "From the start to the last arrival, seconds."]
    mean_qps: Annotated[float, "Requests per second over that time."]
    peak_qps: Annotated[float, "Requests per second that the plan is sized for."]
    from_hour: Annotated[int | None, "Hour of the load's profile at the start (UTC); null where it has none."]
    trace: Annotated["TraceTold | None", "The file that says when; null where times are drawn."]


@record
class TraceTold:
    """The trace whose requests were replayed."""

    file: Annotated[str, "Its name."]
    form: Annotated[str, "Its form: plimsoll, azure, burstgpt, mooncake or bailian."]
    sha256: Annotated[str, "Digest of its bytes."]
    rows: Annotated[int, "Requests that it holds."]


@record
class ServedTold:
    """What became of the requests."""

    requests: Annotated[int, "Requests that were served to their end."]
    measured: Annotated[int, "Those that the latencies are of: what fills an empty fleet is left out."]
    refused: Annotated[int, "Requests that are longer than what is served."]
    sent_again: Annotated[int, "Requests that were lost with a spot node, and sent again."]
    duration_s: Annotated[float, "From the start until the last was served, seconds."]


@record
class LatencyTold:
    """One latency: simulated, and what the plan says."""

    simulated: Annotated[
        float | None, "Percentile of the measured requests, in the key's unit; null where none tells of it."
    ]
    standard_error: Annotated[
        float | None, "Its standard error, by 20 stretches of time; null of fewer than 20 requests."
    ]
    estimate: Annotated[float | None, "The plan's estimate, without spares; null where it gives none."]
    limit: Annotated[float | None, "The limit of the sla; null where there is none."]


@record
class LimitTold:
    """A limit of the sla, minute by minute."""

    key: Annotated[str, "Key of the sla."]
    limit: Annotated[float, "The limit, in the key's unit."]
    holds: Annotated[bool, "Whether all measured requests together hold it."]
    minutes_out: Annotated[int, "Minutes whose requests do not."]


@record
class SlaTold:
    """How long the sla was held."""

    minutes: Annotated[int, "Minutes in which requests arrived."]
    minutes_out: Annotated[int, "Minutes in which a limit was not held."]
    limits: Annotated[tuple[LimitTold, ...], "The same for each limit."]


@record
class Counted:
    """A count over time."""

    min: Annotated[float, "Least of the minutes' means."]
    mean: Annotated[float, "Mean over the minutes."]
    max: Annotated[float, "Greatest of the minutes' means."]


@record
class FleetTold:
    """What served the requests."""

    replicas: Annotated[Counted, "Replicas that are ready."]
    cold_starts: Annotated[int, "Replicas that were started on the way."]
    cold_start_s: Annotated[float, "What one start takes, seconds."]
    taken_back: Annotated[int, "Replicas on spot that were taken back."]
    preemptions: Annotated[int, "Requests that lost their cache to others, and read their prompt again."]
    gpu_use: Annotated[float, "Share of the time of ready replicas in which they work, 0 to 1."]
    kv_use: Annotated[float | None, "Share of the KV cache that is taken, 0 to 1; null where there is none."]
    in_flight: Annotated[float, "Mean requests in flight, waiting ones included."]
    prefix_hits: Annotated[
        float | None,
        "Share of the prompt tokens that replicas had in prefix caches, 0 to 1; null where no trace tells "
        "what they begin with.",
    ]


@record
class DollarsTold:
    """What the nodes cost while requests were served."""

    usd_nodes: Annotated[Usd, "US dollars for the nodes from the start until the last request was served."]
    usd_per_hour: Annotated[Usd, "The same per hour."]
    usd_per_million_output_tokens: Annotated[
        Usd | None, "The same per million generated tokens; null without tokens."
    ]


# The docstring of the record below is a text of the published schema.


@record
class SimulationDocument:
    """A plan's choice under drawn or recorded requests, event by event."""

    schema: Annotated[str, meaning.SCHEMA]
    name: Annotated[str, "Name of the workload."]
    chosen: Annotated[str, "Candidate that was simulated: the plan's choice."]
    seed: Annotated[int, "Seed of the random numbers: the same gives the same bytes."]
    arrivals: Annotated[ArrivalsTold, "How requests arrive."]
    served: Annotated[ServedTold, "What became of them."]
    latency: Annotated[Mapping[str, LatencyTold], "Each latency by key, with its percentile and unit."]
    sla: Annotated[SlaTold, "How long the sla was held."]
    fleet: Annotated[FleetTold, "What served them."]
    cost: Annotated[DollarsTold, "What the nodes cost meanwhile."]
    minutes: Annotated[tuple[Minute, ...], "The same minute by minute, as a monitoring system would show it."]
    assumptions: Annotated[tuple[Assumption, ...], "Every number that nobody supplied."]


def per_million(usd: Decimal, tokens: int) -> Decimal | None:
    """Divide dollars by millions of tokens; None without tokens."""
    return usd * 1_000_000 / tokens if tokens else None
