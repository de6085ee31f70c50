"""A queue holds tasks until a worker takes them: how they come, and what the broker needs to be told."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.spec import defaults
from plimsoll.spec.frozen import Frozen
from plimsoll.spec.values import Count, TaskRate, Tasks, TaskSeconds, number_to

Broker = Literal["sqs", "redis", "redis_streams", "rabbitmq", "kafka"]


class TasksPerSecond(Frozen):
    """Tasks that arrive per second."""

    peak: TaskRate = Field(description="Tasks per second at the busiest time.", examples=[2])
    average: TaskRate | None = Field(
        default=None, description="Tasks per second, mean over the month; default: the peak."
    )


class Queue(Frozen):
    """Work that waits in a queue, in place of requests: workers take one task after the other."""

    type: Broker = Field(description="Where the tasks wait; KEDA's scaler of it sets the workers.")
    tasks_per_s: Annotated[TasksPerSecond, number_to("peak")] = Field(
        description="Tasks per second: one number, or {peak, average}.", examples=[2]
    )
    backlog: Tasks | None = Field(
        default=None,
        description="Tasks that may lie there at once, beside those that come; drained within sla.drain_s.",
        examples=[10000],
    )
    partitions: Count | None = Field(
        default=None,
        description="Partitions of a Kafka topic, of which each feeds one worker.",
        examples=[12],
    )
    longest_task_s: TaskSeconds | None = Field(
        default=None,
        description="The longest that one task may take; default: the mean and "
        f"{defaults.LONGEST_SPREADS} standard deviations.",
        examples=[40],
    )
