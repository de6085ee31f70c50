"""The kind of work decides what is tried, how much a replica carries, and what a plan says of it.

Everything that depends on the kind stands behind the protocol `Work`: one file for each kind, found through
`plimsoll.sizing.work.registry`. Nothing elsewhere asks which kind it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Protocol

from plimsoll.catalog.facts import Catalog, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.limits import Reason
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.setup import Estimate, Setup
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts

if TYPE_CHECKING:  # start-up: a plan is seldom calibrated
    from plimsoll.calibration.calibration import Calibration


@record
class Assignment:
    """A spec asks for work, and these facts answer it; `architecture` is None for a measured service."""

    workload: Workload
    architecture: Architecture | None
    catalog: Catalog
    speed: SpeedFacts
    traffic: Traffic


@record
class Peak:
    """A fleet at its peak: requests per second of all, the batch on each replica that carries them.

    `serving` replicas carry the peak; with the spares there are `replicas`.
    """

    qps: float
    batch: float
    serving: int
    replicas: int


@record
class Scaling:
    """An autoscaler holds a metric, its unit, and its value per replica at the peak."""

    metric: str
    unit: str
    target: float


@record
class Queueing:
    """Workers take tasks from a queue, and an autoscaler counts what lies there."""

    type: Annotated[str, "Where the tasks wait, as the spec says it."]
    target_per_worker: Annotated[int, "Tasks for each worker that the autoscaler holds."]
    in_flight_counted: Annotated[bool, "Whether tasks that a worker has taken count towards it."]
    tasks_at_once: Annotated[int, "Tasks that one worker takes at once."]
    cooldown_s: Annotated[int, "Seconds without a task before the last worker goes, where it may."]
    grace_s: Annotated[int, "Seconds that a worker which is told to end has for its tasks."]
    visibility_timeout_s: Annotated[
        int, "Seconds after which the broker gives a task that was taken to another worker."
    ]
    scaled_by: Annotated[
        Literal["ScaledObject", "ScaledJob"], "Kind of KEDA's that sets the number of workers."
    ]


@record
class SpeechRate:
    """How fast speech becomes text at the peak."""

    real_time_factor: Annotated[float, "Mean time of a request ÷ seconds of its audio; below 1 it keeps up."]
    audio_s_per_s: Annotated[float, "Seconds of audio that each replica transcribes per second."]
    tokens_per_audio_s: Annotated[float, "Output tokens per second of audio."]


@record
class Traits:
    """An answer keeps these traits of its kind of work, for those who explain it.

    `model` words the model, or what stands for it. `own_image` says that the owner brings the image: it runs
    where it was measured, on whatever platform.
    """

    model: Annotated[str, "The model in words, or what stands for it."]
    on_accelerators: Annotated[bool, "Whether it runs on accelerators."]
    own_image: Annotated[bool, "Whether the owner brings the image."]


class Work(Protocol):
    """All that sizing and a plan need to know of the kind of work that a spec asks for."""

    @property
    def latency_metrics(self) -> Sequence[str]:
        """The latencies that the sla of such work may limit (`ttft`)."""
        ...

    @property
    def reported(self) -> Sequence[str]:
        """The latencies that a plan reports whether or not they are limited (`ttft_p95`)."""
        ...

    @property
    def other_precisions(self) -> Sequence[str]:
        """The precisions that may be offered as a way out, what serves best first."""
        ...

    @property
    def context_tok(self) -> int:
        """The longest request that the model itself takes, tokens; 0 where nobody knows it or it has none."""
        ...

    @property
    def calibration(self) -> "Calibration | None":
        """What the organisation measured itself, where such work reads it."""
        ...

    @property
    def traits(self) -> Traits:
        """The traits that the answer keeps of it."""
        ...

    @property
    def hourly(self) -> Sequence[float]:
        """The load of each hour as a fraction of the peak."""
        ...

    def concerns(self, instance: InstanceType) -> bool:
        """Say whether the instance type is a candidate at all."""
        ...

    def on(self, instance: InstanceType) -> Sequence[Setup]:
        """List the setups to try on an instance type; the same objects for the same hardware."""
        ...

    def adapted(self, workload: Workload) -> "Work":
        """Take the same model and load under a changed spec, reusing what does not change."""
        ...

    def needed(self, setup: Setup) -> int:
        """Count the replicas that carry the peak, without spares."""
        ...

    def reaching(self, share: float) -> "Work":
        """Take the same work where only a share of its load reaches the replicas."""
        ...

    def kept(self, setup: Setup, replicas: int, cold_start_s: float) -> int:
        """Count the replicas of so many that must run at all hours, because none starts in time."""
        ...

    def too_many(self, replicas: int) -> Iterable[Reason]:
        """Yield why so many replicas cannot share the work."""
        ...

    def on_spot(self, setup: Setup) -> Iterable[Reason]:
        """Yield why the work cannot run on capacity that is taken back at two minutes' notice."""
        ...

    def softer(self) -> Iterable[tuple[str, Sequence[float]]]:
        """Yield keys of the sla beside latencies, with limits that fewer replicas hold, gentlest first."""
        ...

    def at_peak(self, setup: Setup, serving: int, replicas: int) -> Peak:
        """Work out what each of the `serving` replicas does at the peak."""
        ...

    def estimated(self, setup: Setup, peak: Peak, keys: Sequence[str]) -> Mapping[str, Estimate]:
        """Estimate latencies at the peak by their key with its unit (`ttft_p95_ms`); `keys` are without."""
        ...

    def beyond_measured(self, setup: Setup) -> Iterable[str]:
        """Say, as clauses, in what the speed of a setup lies outside what it was fitted on."""
        ...

    def scaling(self, setup: Setup, peak: Peak) -> Scaling:
        """Choose what to scale on, spares included, so that the peak wants all replicas."""
        ...

    def output_tok_per_s(self, peak: Peak) -> float:
        """Count the tokens generated per second at the mean load; zero where nothing is generated."""
        ...

    def speech(self, setup: Setup, peak: Peak) -> SpeechRate | None:
        """Say how fast speech is transcribed at the peak; None for other work."""
        ...

    def queueing(self, setup: Setup, peak: Peak, kept: int) -> Queueing | None:
        """Say how workers take tasks, `kept` of which run at all hours; None where nothing waits."""
        ...

    def container(self, setup: Setup, instance: InstanceType) -> ContainerSpec:
        """Start one replica: its image and what it is told."""
        ...

    def memory_request_gib(self, setup: Setup, instance: InstanceType) -> float:
        """Request host memory for the pod of one replica, GiB."""
        ...

    def load_defaults(self) -> Iterable[Assumption]:
        """Tell what was taken for keys of the load and the model that the spec left out."""
        ...

    def inferred(self) -> Iterable[Assumption]:
        """Tell what was taken for the engine, and for facts of the model that nobody gave."""
        ...

    def assumed_of(self, setup: Setup) -> Iterable[Assumption]:
        """Tell what was assumed of a setup: its speed, and how full a replica is planned."""
        ...
