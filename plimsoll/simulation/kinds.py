"""Each kind of work is simulated by the replica that sized it: what it draws, what serves it."""

import math
from collections.abc import Sequence
from typing import Protocol

from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.simulation.chance.draws import Draws
from plimsoll.simulation.fleet.leases import ReplicaFleet, ServingFleet, WorkerFleet
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.servers.batches import BatchServer
from plimsoll.simulation.servers.measured import MeasuredServer, MeasuredSpeed
from plimsoll.simulation.servers.stream import Stream
from plimsoll.simulation.servers.tokens import TokenServer, TokenSpeed
from plimsoll.simulation.trace.read import Trace
from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.traffic import Traffic
from plimsoll.sizing.work.audio import Audio, SpeechReplica
from plimsoll.sizing.work.measured import MeasuredReplica
from plimsoll.sizing.work.queue import Worker
from plimsoll.sizing.work.setup import Setup
from plimsoll.sizing.work.whole_requests import BatchReplica


class Simulated(Protocol):
    """A kind of work knows its latencies, draws its requests, and starts the fleet that serves them."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The latencies that are measured: `ttft`, `tpot`, `e2e`, `latency` or `wait`."""
        ...

    @property
    def cache_tok(self) -> float | None:
        """Tokens that the cache of one replica holds; None where there is none."""
        ...

    @property
    def slots(self) -> int:
        """Tasks that one replica takes at once where its use is counted by them; else 1."""
        ...

    def stream(self, times: list[float], seed: int) -> Stream:
        """Draw what each request asks for."""
        ...

    def fleet(self, rented: RentedReplicas, stream: Stream, seed: int) -> ServingFleet:
        """Start the fleet that serves a stream."""
        ...


@record
class TokenWork:
    """Text generation: a prompt is read, an answer is written token by token."""

    traffic: Traffic
    speed: TokenSpeed
    metrics: tuple[str, ...] = ("ttft", "tpot", "e2e")
    slots: int = 1

    @property
    def cache_tok(self) -> float | None:
        """Tokens that the cache of one replica holds, without the prefix that all requests share."""
        return self.speed.cache_tok if self.speed.cache_tok < math.inf else None

    def stream(self, times: list[float], seed: int) -> Stream:
        """Draw lengths; what is longer than the engine accepts is cut to that, as the sizing's means are."""
        prompts, answers = Draws(seed, "prompts"), Draws(seed, "answers")
        traffic, shared = self.traffic, self.traffic.shared_prefix_tok
        longest = min(self.speed.longest_tok or math.inf, self.speed.cache_tok)
        stream = Stream(times, [], [])
        for _ in times:
            prompt = max(round(prompts.length(traffic.input_tok) - shared), 1)
            answer = max(round(answers.length(traffic.output_tok)), 1)
            prompt = int(min(prompt, max(longest - shared - 1, 1)))
            stream.prompts.append(prompt)
            stream.answers.append(int(min(answer, max(longest - shared - prompt, 1))))
        return stream

    def told(self, times: list[float], inputs: Sequence[int], outputs: Sequence[int]) -> Stream:
        """Take lengths that were recorded; of each prompt the shared prefix is in the cache."""
        shared = round(self.traffic.shared_prefix_tok)
        return Stream(times, [max(each - shared, 1) for each in inputs], [max(each, 1) for each in outputs])

    def traced(self, trace: Trace) -> Stream:
        """Take the requests of a trace; where it tells what prompts begin with, that is what they share."""
        if not trace.blocks:
            return self.told(list(trace.times), trace.prompts, trace.answers)
        prompts, answers = ([max(each, 1) for each in tokens] for tokens in (trace.prompts, trace.answers))
        blocks = list(trace.blocks)
        return Stream(list(trace.times), prompts, answers, blocks=blocks, block_tok=trace.block_tok)

    def fleet(self, rented: RentedReplicas, stream: Stream, seed: int) -> ServingFleet:
        """Start replicas that batch continuously."""
        return ReplicaFleet(
            rented, lambda stream, outcomes: TokenServer(self.speed, stream, outcomes), stream, seed
        )


@record
class SpeechWork:
    """Speech: the windows of a request come one after another; those of different requests share steps."""

    audio: Audio
    speed: TokenSpeed
    window_tok: int
    metrics: tuple[str, ...] = ("latency",)
    slots: int = 1
    cache_tok: float | None = None

    def stream(self, times: list[float], seed: int) -> Stream:
        """Draw the seconds of audio, and cut them into windows."""
        audio, draws = self.audio, Draws(seed, "audio")
        count, frames = len(times), self.speed.chunk_tok
        windows = [
            max(math.ceil(draws.length(audio.seconds) / audio.window_s - 1e-9), 1) for _ in range(count)
        ]
        return Stream(times, [frames] * count, [self.window_tok] * count, windows=windows)

    def fleet(self, rented: RentedReplicas, stream: Stream, seed: int) -> ServingFleet:
        """Start replicas that batch windows continuously."""
        return ReplicaFleet(
            rented, lambda stream, outcomes: TokenServer(self.speed, stream, outcomes), stream, seed
        )


@record
class BatchWork:
    """Whole requests (encoders, images, pictures), answered in batches."""

    replica: BatchReplica
    metrics: tuple[str, ...] = ("latency",)
    slots: int = 1
    cache_tok: float | None = None

    def stream(self, times: list[float], seed: int) -> Stream:
        """Take every request for alike."""
        del seed
        return Stream(times, [1] * len(times), [1] * len(times))

    def fleet(self, rented: RentedReplicas, stream: Stream, seed: int) -> ServingFleet:
        """Start replicas that answer in batches."""
        forward_s, most = self.replica.forward_s, max(int(self.replica.max_batch), 1)
        return ReplicaFleet(
            rented, lambda stream, outcomes: BatchServer(forward_s, most, stream, outcomes), stream, seed
        )


@record
class MeasuredWork:
    """A measured service, at the rate and the latencies that its owner measured."""

    speed: MeasuredSpeed
    metrics: tuple[str, ...] = ("latency",)
    slots: int = 1
    cache_tok: float | None = None

    def stream(self, times: list[float], seed: int) -> Stream:
        """Draw where each request lies among the measured latencies."""
        draws, count = Draws(seed, "latency"), len(times)
        return Stream(times, [1] * count, [1] * count, [draws.uniform() for _ in times])

    def fleet(self, rented: RentedReplicas, stream: Stream, seed: int) -> ServingFleet:
        """Start replicas that answer as measured."""
        return ReplicaFleet(
            rented, lambda stream, outcomes: MeasuredServer(self.speed, stream, outcomes), stream, seed
        )


@record
class QueueWork:
    """Tasks of a queue, whose times are gamma distributed with the measured mean and spread."""

    task_s: float
    cv: float
    slots: int
    metrics: tuple[str, ...] = ("wait",)
    cache_tok: float | None = None

    def stream(self, times: list[float], seed: int) -> Stream:
        """Draw how long each task takes, as a share of the mean."""
        draws, count = Draws(seed, "tasks"), len(times)
        return Stream(times, [1] * count, [1] * count, [draws.gamma(self.cv) for _ in times])

    def fleet(self, rented: RentedReplicas, stream: Stream, seed: int) -> ServingFleet:
        """Start workers behind the queue."""
        return WorkerFleet(rented, self.slots, self.task_s, stream, seed)


def simulated_work(setup: Setup, traffic: Traffic, cv: float = 1.0) -> Simulated:
    """Take the replica of a setup as what is simulated; `cv` is that of a queue's task times.

    Raises:
        ValueError: no replica runs on the setup, or it is of a kind that nothing here serves.
    """
    replica = setup.loaded.replica if setup.loaded is not None else None
    if isinstance(replica, LlmReplica):
        return TokenWork(traffic, token_speed(replica, setup))
    if isinstance(replica, SpeechReplica):
        window = replica.window
        tokens = max(round(window.traffic.output_tok.mean), 1)
        return SpeechWork(replica.audio, token_speed(window, None), tokens)
    if isinstance(replica, BatchReplica):
        return BatchWork(replica)
    if isinstance(replica, MeasuredReplica):
        return MeasuredWork(MeasuredSpeed.of(replica.measured_qps, replica.measured_s))
    if isinstance(replica, Worker):
        return QueueWork(replica.task_s, cv, replica.slots)
    msg = f"nothing simulates {type(replica).__name__}"
    raise ValueError(msg)


def token_speed(replica: LlmReplica, setup: Setup | None) -> TokenSpeed:
    """Take step times, slots and cache of a replica that batches continuously.

    With a setup, the engine's own limit of requests holds beside the cache, counted in tokens; without one
    (speech, a replica alone) the slots that sizing counted stand for both.
    """
    shared = round(replica.traffic.shared_prefix_tok)
    speed = TokenSpeed(
        step_s=replica.step_s,
        mixed_s=replica.mixed_prefill_s,
        alone_s=replica.first_token_s,
        slots=max(int(replica.slots), 1),
        chunk_tok=max(int(replica.chunk_tok), 1),
        prefix_tok=shared,
    )
    if setup is None or setup.settings is None or not replica.cache_slots:
        return speed
    speed.slots = setup.settings.max_num_seqs
    speed.cache_tok = max(cache_tok(replica, setup) - shared, 1.0)
    speed.longest_tok = setup.max_tokens
    return speed


def cache_tok(replica: LlmReplica, setup: Setup) -> float:
    """Count the tokens that the cache of one replica holds.

    Bytes of the cache ÷ bytes of a token, where that agrees with the requests of mean length that sizing
    counted; where windows or states make a token's share vary, those requests × their length.
    """
    mean = replica.traffic.input_tok.mean + replica.traffic.output_tok.mean
    counted, each = replica.cache_slots * mean, setup.kv_bytes_per_token
    memory = setup.memory.kv_cache if setup.memory is not None else None
    if not each or memory is None:
        return counted
    exact = memory * GIB * setup.accelerators / each
    return min(max(exact, counted), counted + mean)
