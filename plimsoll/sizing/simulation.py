"""Event simulation of one LLM replica: the second opinion on the closed form in `plimsoll.sizing.replica`.

Requests arrive as a Poisson process with lognormal lengths. The engine runs step after step: waiting
prompts are read in chunks, first come first served, while every running sequence gains one token.
The step times are the same speed model's; what is checked is the queueing, not the accelerator.
"""

import heapq
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from plimsoll.sizing.replica import LlmReplica
from plimsoll.sizing.traffic import QUANTILES, Lengths


@dataclass(slots=True)
class _Request:
    arrived: float
    prompt_tok: float
    answer_tok: int
    left_tok: float
    first_token: float = 0.0


@dataclass(frozen=True, slots=True)
class Simulated:
    """Latency in seconds by key (`ttft_p95`), mean running sequences, and requests measured."""

    latency_s: dict[str, float]
    mean_batch: float
    requests: int


@dataclass(slots=True)
class _Engine:
    """The state of the replica between two steps."""

    now: float = 0.0
    waiting: list[_Request] = field(default_factory=list["_Request"])
    running: list[tuple[int, int, _Request]] = field(default_factory=list["tuple[int, int, _Request]"])
    """A heap of (step of the last token, arrival order, request)."""
    steps: int = 0
    order: int = 0
    batch_seconds: float = 0.0


Drawn = Callable[[random.Random], tuple[float, float]]
"""Draws the lengths of one request: tokens of its prompt and of its answer."""


def simulate(
    replica: LlmReplica, qps: float, *, requests: int = 4000, seed: int = 1, drawn: Drawn | None = None
) -> Simulated:
    """Simulate `requests` requests at a rate; the first fifth warms up and is not measured.

    Lengths are those of the replica's traffic, or as they are `drawn`. Deterministic for a seed.
    Raises ValueError for a rate that is not positive.
    """
    if qps <= 0:
        msg = f"cannot simulate {qps} requests per second"
        raise ValueError(msg)
    arrivals = _arrivals(replica, qps, requests, random.Random(seed), drawn)  # noqa: S311 - not a secret
    engine = _Engine()
    done: list[tuple[_Request, float]] = []
    upcoming = 0
    while len(done) < requests:
        if not engine.waiting and not engine.running:
            engine.now = max(engine.now, arrivals[upcoming].arrived)
        while upcoming < requests and arrivals[upcoming].arrived <= engine.now:
            engine.waiting.append(arrivals[upcoming])
            upcoming += 1
        done += _step(engine, replica)
    measured = done[requests // 5 :]
    return Simulated(_quantiles(measured), engine.batch_seconds / engine.now, len(measured))


def _arrivals(
    replica: LlmReplica, qps: float, requests: int, rng: random.Random, drawn: Drawn | None
) -> list[_Request]:
    traffic = replica.traffic
    drawn = drawn or (lambda rng: (_draw(traffic.input_tok, rng), _draw(traffic.output_tok, rng)))
    found: list[_Request] = []
    now = 0.0
    for _ in range(requests):
        now += rng.expovariate(qps)
        asked, answered = drawn(rng)
        prompt, answer = max(asked - traffic.shared_prefix_tok, 1.0), max(round(answered), 1)
        found.append(_Request(now, prompt, answer, prompt))
    return found


def _draw(lengths: Lengths, rng: random.Random) -> float:
    return lengths.quantile(rng.gauss(0.0, 1.0))


def _step(engine: _Engine, replica: LlmReplica) -> list[tuple[_Request, float]]:
    """One engine step: up to a chunk of prompt tokens, and one token for every running sequence."""
    batch = len(engine.running)
    room = int(replica.slots) - batch
    budget = replica.chunk_tok
    cost = replica.step_s(float(batch)) if batch else 0.0
    ready: list[_Request] = []
    for request in engine.waiting[:room] if room > 0 else []:
        if budget <= 0:
            break
        part = min(request.left_tok, budget)
        share = part / request.prompt_tok
        whole = (
            replica.mixed_prefill_s(request.prompt_tok, float(batch))
            if batch
            else replica.first_token_s(request.prompt_tok)
        )
        cost += share * whole
        budget -= part
        request.left_tok -= part
        if request.left_tok <= 1e-9:
            ready.append(request)
    engine.now += cost
    engine.batch_seconds += batch * cost
    engine.steps += 1
    finished: list[tuple[_Request, float]] = []
    while engine.running and engine.running[0][0] <= engine.steps:
        finished.append((heapq.heappop(engine.running)[2], engine.now))
    del engine.waiting[: len(ready)]
    for request in ready:
        request.first_token = engine.now
        engine.order += 1
        last_step = engine.steps + request.answer_tok - 1
        if request.answer_tok == 1:
            finished.append((request, engine.now))
        else:
            heapq.heappush(engine.running, (last_step, engine.order, request))
    return finished


def _quantiles(done: Sequence[tuple[_Request, float]]) -> dict[str, float]:
    ttft = sorted(request.first_token - request.arrived for request, _ in done)
    tpot = sorted(
        (end - request.first_token) / (request.answer_tok - 1)
        for request, end in done
        if request.answer_tok > 1
    )
    e2e = sorted(end - request.arrived for request, end in done)
    found: dict[str, float] = {}
    for metric, values in (("ttft", ttft), ("tpot", tpot), ("e2e", e2e)):
        for name, quantile in QUANTILES.items():
            found[f"{metric}_{name}"] = values[min(int(quantile * len(values)), len(values) - 1)]
    return found
