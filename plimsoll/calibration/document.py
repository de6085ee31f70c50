"""A calibration as data: what was measured of which setup, by which runs, and by how much estimates move.

The docstrings of the records below are texts of the published schema.
"""

from collections.abc import Mapping
from typing import Annotated

from plimsoll.ground import meaning
from plimsoll.ground.start_up import record


@record
class FactorRow:
    """One statistic of one setup: milliseconds, or requests per second of a full replica."""

    predicted: Annotated[float, "What the speed model says at the load of the runs."]
    measured: Annotated[float, "Mean over the runs of that load."]
    factor: Annotated[float, "Measured ÷ predicted: what estimates of this statistic are multiplied by."]
    low: Annotated[float, "Lower end of the repeat spread, as a share of the measurement; at most 0.9."]
    high: Annotated[float, "Upper end of the repeat spread, as a share of the measurement; at least 1.1."]


@record
class RunRow:
    """One run: its file, its load, and what came of it."""

    file: Annotated[str, "The result's file, and the place in it."]
    sha256: Annotated[str, "SHA-256 of that file."]
    tool: Annotated[str, "The tool that wrote it."]
    ran_on: Annotated[str | None, "Day of the run; null where the file does not say it."]
    asked: Annotated[str, "The load that was asked for."]
    qps: Annotated[float, "Requests per second of one replica that were achieved."]
    used_for: Annotated[str, "latency, rate, or nothing: why."]
    latencies_ms: Annotated[Mapping[str, float], "Latencies in milliseconds; TPOT after the first token."]


@record
class CalibrationRow:
    """One setup that was measured."""

    model: Annotated[str, "The model, as the catalogue names it."]
    accelerator: Annotated[str, "The accelerator."]
    engine: Annotated[str, "The serving engine."]
    engine_version: Annotated[str, "Its version; a plan with another version does not use the factors."]
    tensor_parallel: Annotated[int, "Accelerators of one replica."]
    precision: Annotated[str, "Precision of the weights."]
    ran_on: Annotated[str | None, "Day of the newest run; null where no file says one."]
    expires: Annotated[str | None, "The last day on which it counts as new: 365 days after the run."]
    factors: Annotated[Mapping[str, FactorRow], "By key of the sla, and qps."]
    runs: Annotated[tuple[RunRow, ...], "The runs that it was made of."]


@record
class MeasuredBlock:
    """A block for the spec of a measured service: what one replica carried while its latency held the sla."""

    accelerator: Annotated[str, "Accelerator it was measured on, or none."]
    qps_per_replica: Annotated[float, "The highest rate of a run whose latency held the sla."]
    latency_p50_ms: Annotated[float | None, "Measured median, ms."]
    latency_p90_ms: Annotated[float | None, "Measured p90, ms."]
    latency_p95_ms: Annotated[float | None, "Measured p95, ms."]
    latency_p99_ms: Annotated[float | None, "Measured p99, ms."]
    cpu: Annotated[float, "Pod CPU request, vCPU."]
    memory_gib: Annotated[float, "Pod memory request, GiB."]
    accelerator_memory_gib: Annotated[float | None, "Accelerator memory, GiB."]
    source: Annotated[str, "The tool, the day and the digest of the run."]
    variant: Annotated[str | None, "Name of what was measured, as the spec has it."] = None
    instance_type: Annotated[str | None, "Instance type it was measured on, as the spec has it."] = None
    accelerators: Annotated[int | None, "Accelerators of one replica; null: one."] = None
    accelerator_share: Annotated[float | None, "Share of one accelerator, as the spec has it."] = None
    startup_s: Annotated[float | None, "Seconds of a start, as the spec has them."] = None
    image: Annotated[str | None, "Container image, as the spec has it."] = None
    command: Annotated[tuple[str, ...] | None, "Container command, as the spec has it."] = None
    port: Annotated[int | None, "Port of the container; null: the default."] = None


@record
class CalibrationDocument:
    """What plimsoll calibrate writes, and plan --calibration reads."""

    schema: Annotated[str, meaning.SCHEMA]
    calibrations: Annotated[tuple[CalibrationRow, ...], "One for each setup that was measured."]
    measured: Annotated[MeasuredBlock | None, "For a measured service: the block of its spec; else null."]
    points: Annotated[
        tuple[Mapping[str, str], ...],
        "The same as rows of a points file (plimsoll accuracy --points), to be contributed.",
    ]
