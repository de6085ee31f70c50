"""A batch runs at the rate of full engines: workers take shards, and write one object for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from math import ceil

from plimsoll.catalog.facts import Catalog, InstanceType
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.assumption import Assumption
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.limits import PINNED, Reason
from plimsoll.sizing.nodes import replicas_per_node, too_small
from plimsoll.sizing.runs.checkpoint import RunCheckpoint
from plimsoll.sizing.runs.limits import RunLimits
from plimsoll.sizing.runs.pace import Pace, RunStorage, RunWay, RunWork, Totals
from plimsoll.sizing.traffic import Traffic, traffic_of
from plimsoll.sizing.work.base import Assignment, Work
from plimsoll.sizing.work.registry import work_of
from plimsoll.sizing.work.setup import Setup
from plimsoll.spec import defaults
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.spec.runs.batch import BatchSpec
from plimsoll.spec.workload import CONTRADICTIONS_APART, Workload
from plimsoll.speed.facts import SpeedFacts
from plimsoll.speed.offline import Offline, offline

UTILISATION = 0.9
"""Share of the offline rate that is planned with: shards end unevenly, and requests are of unequal length."""

_SERVED = ("name", "model", "weights", "precision", "engine", "adapters", "region", "regions")
"""Keys of a batch that a service has too, with the same meaning."""

_LOAD = ("input_tokens", "output_tokens", "shared_prefix_tokens", "max_tokens")


@record
class Shards:
    """A batch is cut into shards of so many requests; each worker takes one after the other."""

    count: int
    requests: int

    def waves(self, workers: int) -> int:
        """Shards that the busiest worker takes."""
        return ceil(self.count / workers)


def shards_of(requests: int, asked: int | None, workers: int, per_s: float) -> Shards:
    """Cut a batch: as asked, else so that every worker has as many, of about ten minutes each."""
    if asked is not None:
        return Shards(ceil(requests / asked), asked)
    each = max(per_s * defaults.SHARD_MIN * 60, 1.0)
    count = min(workers * ceil(requests / workers / each), requests)
    return Shards(count, ceil(requests / count))


@record
class BatchWay:
    """One setup of the engine on one instance type; every accelerator of a node works."""

    instance: InstanceType
    setup: Setup
    requests: int
    shard_requests: int | None
    per_s: float
    per_node: int
    output_tok: float
    interval: tuple[float, float]
    reasons: tuple[Reason, ...]
    pinned_nodes: int | None
    in_flight: int

    @property
    def precision(self) -> str | None:
        """The precision of the weights."""
        return self.setup.precision

    @property
    def least_nodes(self) -> int:
        """One, or as many as are pinned."""
        return self.pinned_nodes or 1

    @property
    def most_nodes(self) -> int:
        """As many as leave each worker a shard of at least one request."""
        return self.pinned_nodes or max(self.requests // max(self.per_node, 1), 1)

    def pace(self, nodes: int) -> Pace | None:
        """Let so many nodes take shards: the busiest worker ends last."""
        if not self.per_s or not self.per_node:
            return None
        workers = nodes * self.per_node
        shards = shards_of(self.requests, self.shard_requests, workers, self.per_s)
        busiest = min(shards.waves(workers) * shards.requests, self.requests)
        even = self.requests / workers
        hours = (even if self.shard_requests is None else max(busiest, even)) / self.per_s / 3600
        low, high = self.interval
        return Pace(
            nodes=nodes,
            accelerators=workers * self.setup.accelerators,
            compute_h=hours,
            low_h=hours / high,
            high_h=hours / low,
            checkpoint_bytes=0.0,
            tokens_per_s=self.requests * self.output_tok / hours / 3600,
            tensor_parallel=self.setup.tensor_parallel,
            shards=shards.count,
            shard_s=shards.requests / self.per_s,
            shard_requests=shards.requests,
            in_flight=self.in_flight * self.per_node,
            weights=self.setup.weights.name if self.setup.weights is not None else None,
        )


class BatchRun:
    """The work of a batch: the engine's own setups, loaded as offline runs load them."""

    own_image = False

    def __init__(
        self, spec: BatchSpec, architecture: Architecture, catalog: Catalog, speed: SpeedFacts
    ) -> None:
        self._spec, self._facts = spec, (architecture, catalog, speed)
        served = _as_service(spec)
        self._traffic: Traffic = traffic_of(served.load, architecture)
        self._work: Work = work_of(Assignment(served, architecture, catalog, speed, self._traffic))
        window = spec.window.hours if spec.window is not None else None
        limited = spec.sla.run_p50_h is not None or spec.sla.run_p90_h is not None
        self.limits = RunLimits(
            spec.sla.run_p50_h, spec.sla.run_p90_h if limited else window, spec.scale.max_run_h or window
        )

    @cached_property
    def _offline(self) -> Offline:
        return offline()

    @property
    def model(self) -> str:
        """The model in words."""
        return self._work.traits.model

    @property
    def totals(self) -> Totals:
        """Its requests, and the tokens that are generated."""
        requests = self._spec.load.requests
        prompt, answer = self._traffic.input_tok.mean, self._output_tok
        return Totals(
            requests=requests,
            input_tokens=round(requests * prompt),
            output_tokens=round(requests * answer),
        )

    @property
    def _output_tok(self) -> float:
        return self._traffic.output_tok.mean

    def adapted(self, spec: RunAsked) -> "RunWork":
        """Answer the same under a changed spec."""
        return BatchRun(spec, *self._facts) if isinstance(spec, BatchSpec) else self

    def ways(self, instance: InstanceType) -> Sequence[RunWay]:
        """Every setup that the engine has on a type with accelerators."""
        if not self._work.concerns(instance):
            return ()
        return [self._way(instance, setup) for setup in self._work.on(instance)]

    def _way(self, instance: InstanceType, setup: Setup) -> BatchWay:
        asked, per_node = self._spec.shard_requests, replicas_per_node(setup.pod, instance)
        room = () if per_node else (too_small(setup.pod, setup.tensor_parallel, instance),)
        return BatchWay(
            instance=instance,
            setup=setup,
            requests=self._spec.load.requests,
            shard_requests=None if asked == "auto" else asked,
            per_s=self._per_s(setup),
            per_node=per_node,
            output_tok=self._output_tok,
            interval=self._offline.interval,
            reasons=(*setup.reasons, *room, *self._unpinned(setup)),
            pinned_nodes=self._spec.pin.nodes,
            in_flight=self._offline.in_flight,
        )

    def _per_s(self, setup: Setup) -> float:
        """Requests per second of one worker: a share of the modelled rate, nine tenths of it planned with."""
        if setup.loaded is None or setup.accelerator is None:
            return 0.0
        replica = setup.loaded.replica
        running = min(float(self._offline.in_flight), replica.full_batch)
        return UTILISATION * self._offline.share(setup.accelerator) * replica.qps_of(running)

    def _unpinned(self, setup: Setup) -> Iterator[Reason]:
        wanted = self._spec.pin.tensor_parallel
        if wanted is not None and wanted != setup.tensor_parallel:
            message = f"pin.tensor_parallel asks for {wanted}"
            yield PINNED.broken(message, wanted, setup.tensor_parallel)

    def server(self, way: RunWay) -> ContainerSpec | None:
        """Start the engine, with a copy on every group of accelerators of the node."""
        if not isinstance(way, BatchWay):
            return None
        spec = self._work.container(way.setup, way.instance)
        copies = ("--data-parallel-size", str(way.per_node)) if way.per_node > 1 else ()
        return replace(spec, args=(*spec.args, *copies))

    def checkpoint(self, pace: Pace, instance: InstanceType, stay_h: float | None) -> RunCheckpoint | None:
        """Each shard that is done is saved: an interruption takes half of one back."""
        del instance, stay_h
        return RunCheckpoint(0.0, 0.0, 0.0, max(pace.shard_s or 0.0, 1.0), 0)

    def storage(self, checkpoint: RunCheckpoint, enforced_h: float) -> RunStorage | None:
        """Leave nothing that is ours: answers go where their owner says."""
        del checkpoint, enforced_h

    def assumed(self, way: RunWay | None, pace: Pace | None) -> Iterator[Assumption]:
        """Tell how full engines are taken to be, and how shards are cut."""
        yield from self._work.load_defaults()
        yield from self._work.inferred()
        source = "shards end unevenly, and requests are of unequal length"
        yield Assumption("utilisation target", UTILISATION, "share of the offline rate", source)
        told = "as many as measured offline runs kept; the cache may hold more"
        yield Assumption("sequences in flight", self._offline.in_flight, "a worker at most", told)
        if self._spec.shard_requests == "auto":
            source = "default of the spec: about so many minutes of work a shard, as many for every worker"
            yield Assumption("shard_requests", defaults.SHARD_MIN, "min", source)
        accelerator = way.instance.accelerator if way is not None else None
        if accelerator is not None and not self._offline.measured(accelerator):
            source = f"no offline run was measured on {accelerator}: the least share of those that were"
            yield Assumption("offline share", self._offline.otherwise, "of the modelled rate", source)
        source = "one object of answers each, written whole; what is there is done"
        yield Assumption("shards are", "idempotent", None, source)
        del pace


def _as_service(spec: BatchSpec) -> Workload:
    """Say the same as the spec of a service with one request in flight: its setups are the batch's."""
    said: Mapping[str, object] = spec.model_dump(exclude_unset=True)
    load: dict[str, object] = {"concurrency": 1.0, **_part(said, "load", _LOAD)}
    pin = _part(said, "pin", ("tensor_parallel", "precision"))
    data = {key: said[key] for key in _SERVED if key in said}
    return Workload.model_validate({**data, "load": load, "pin": pin}, context=CONTRADICTIONS_APART)


def _part(said: Mapping[str, object], section: str, keys: Sequence[str]) -> dict[str, object]:
    found = said.get(section)
    return {key: found[key] for key in keys if key in found} if isinstance(found, dict) else {}
