"""A measurement says what one replica carried, on which accelerator, and what its pod asked for."""

from typing import Annotated

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import (
    Count,
    Gibibytes,
    Label,
    Many,
    Milliseconds,
    Part,
    Rate,
    Spread,
    StartSeconds,
    Text,
    VirtualCpus,
    Within,
)


class Measured(Frozen):
    """A service or a worker whose speed was measured by its owner instead of modelled by us."""

    variant: Label | None = Field(
        default=None,
        description="Name of what was measured, such as an engine and its precision; each entry of a list "
        "has its own, and the cheapest that holds wins.",
        examples=["tensorrt"],
    )
    accelerator: Text = Field(
        description="Accelerator it was measured on, or none for CPU only.", examples=["T4", "none"]
    )
    instance_type: Text | None = Field(
        default=None,
        description="Instance type it was measured on: it then runs on the sizes of that family alone; "
        "default: all types with the accelerator, or all x86_64 types.",
        examples=["c7i.2xlarge"],
    )
    qps_per_replica: Rate | None = Field(
        default=None, description="Requests per second one replica sustains.", examples=[120]
    )
    task_mean_ms: Milliseconds | None = Field(
        default=None,
        description="Workers behind a queue, in place of qps_per_replica: mean time of one task, ms.",
        examples=[3000],
    )
    task_cv: Spread | None = Field(
        default=None,
        description="Standard deviation of a task's time ÷ its mean; "
        f"default {defaults.TASK_CV}, as of exponential times.",
    )
    tasks_at_once: Count | None = Field(
        default=None,
        description="Tasks that one worker takes at once, each in the time measured so; "
        f"default {defaults.TASKS_AT_ONCE}.",
    )
    latency_p50_ms: Milliseconds | None = Field(default=None, description="Measured latency, median, ms.")
    latency_p90_ms: Milliseconds | None = Field(default=None, description="Measured latency, p90, ms.")
    latency_p95_ms: Milliseconds | None = Field(
        default=None, description="Measured latency, p95, ms.", examples=[45]
    )
    latency_p99_ms: Milliseconds | None = Field(default=None, description="Measured latency, p99, ms.")
    cpu: VirtualCpus = Field(description="Pod CPU request, vCPU.", examples=[4])
    memory_gib: Gibibytes = Field(description="Pod memory request, GiB.", examples=[12])
    accelerator_memory_gib: Gibibytes | None = Field(
        default=None, description="Accelerator memory one replica uses, GiB.", examples=[6]
    )
    accelerators: Count = Field(default=defaults.ACCELERATORS, description="Accelerators one replica uses.")
    accelerator_share: Part | None = Field(
        default=None,
        description="Share of one accelerator that it was measured on, by its memory; default: a whole one.",
        examples=[0.125],
    )
    startup_s: StartSeconds | None = Field(
        default=None,
        description="Seconds from a started container to the first answer, the build of an engine included; "
        "default 15.",
        examples=[180],
    )
    image: Text | None = Field(default=None, description="Container image that was measured.")
    command: Annotated[tuple[Text, ...], Many] | None = Field(default=None, description="Container command.")
    port: Annotated[int, Within(1, 65535)] = Field(
        default=defaults.PORT, description="Port the container serves on; a worker serves on none."
    )
    source: Text = Field(description="Where the measurement comes from.", examples=["load test 2026-10-02"])
