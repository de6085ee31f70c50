"""Fleets that never ran: the event simulation says how fast, and Prometheus' answers are written of it.

A fleet's replicas are the model's, so many times as fast; its prompts and answers have the lengths of a
trace: two kinds of requests, short chats and long documents, which no lognormal law gives.
"""

import json
import math
import random
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from plimsoll.simulation.chance.draws import on_grid
from plimsoll.simulation.fleet.rented import RentedReplicas
from plimsoll.simulation.kinds import TokenWork, token_speed
from plimsoll.sizing.replica import LlmReplica

DAY_S, STEP_S = 86_400, 300
START_S = 1793577600
"""2026-11-02, a Monday."""

TOKEN_EDGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, math.inf)
TTFT_EDGES = (
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0,
    80.0, 160.0, 640.0, 2560.0, math.inf,
)  # fmt: skip
TPOT_EDGES = (
    0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 20.0, 40.0, 80.0,
    math.inf,
)  # fmt: skip
"""Edges of vLLM's histograms (vllm/v1/metrics/loggers.py at v0.22)."""


@dataclass(frozen=True)
class Served:
    """What became of one request: lengths, and seconds."""

    prompt: float
    answer: int
    ttft: float
    tpot: float


@dataclass(frozen=True)
class TraceLengths:
    """Lengths as traces have them: a share of long documents with short answers among chats."""

    chat_prompt: float
    chat_answer: float
    long_share: float
    long_prompt: float

    def draw(self, rng: random.Random) -> tuple[float, int]:
        if rng.random() < self.long_share:
            prompt = self.long_prompt * rng.uniform(0.5, 1.6)
            return prompt, 1 + int(rng.expovariate(1 / (self.chat_answer / 2)))
        return max(rng.weibullvariate(self.chat_prompt, 1.1), 4.0), 1 + int(
            rng.gammavariate(1.6, self.chat_answer / 1.6)
        )

    @cached_property
    def figures(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and 95th percentile of prompts, and of answers."""
        prompts, answers = self.many
        return _figures(prompts), _figures(answers)

    @cached_property
    def many(self) -> tuple[list[float], list[float]]:
        """Prompts and answers of so many requests that their means are the trace's own."""
        rng = random.Random(5)
        drawn = [self.draw(rng) for _ in range(50_000)]
        return [each[0] for each in drawn], [float(each[1]) for each in drawn]


def _figures(values: list[float]) -> tuple[float, float]:
    return sum(values) / len(values), sorted(values)[int(0.95 * len(values))]


def as_fast(replica: LlmReplica, factor: float) -> LlmReplica:
    """The replica whose every step takes 1 ÷ factor of the time."""

    def over(time: Callable[..., float]) -> Callable[..., float]:
        return lambda *arguments: time(*arguments) / factor

    return replace(
        replica,
        step_s=over(replica.step_s),
        mixed_prefill_s=over(replica.mixed_prefill_s),
        first_token_s=over(replica.first_token_s),
    )


def served(replica: LlmReplica, qps: float, lengths: TraceLengths, requests: int, seed: int) -> list[Served]:
    """Serve requests of a Poisson process by the event simulation; the first fifth warms up."""
    rng, now = random.Random(seed), 0.0
    times, prompts, answers = [], [], []
    for _ in range(requests):
        now += rng.expovariate(qps)
        prompt, answer = lengths.draw(rng)
        times.append(on_grid(now))
        prompts.append(round(prompt))
        answers.append(answer)
    work = TokenWork(replica.traffic, token_speed(replica, None))
    stream = work.told(times, prompts, answers)
    fleet = work.fleet(RentedReplicas(1, 1, 1, None, 0.0), stream, seed)
    fleet.serve()
    first, done = fleet.outcomes.first, fleet.outcomes.done
    return [
        Served(
            prompts[at],
            answers[at],
            first[at] - times[at],
            (done[at] - first[at]) / (answers[at] - 1) if answers[at] > 1 else 0.0,
        )
        for at in range(requests // 5, requests)
    ]


def counted(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Count the values at or below each edge."""
    ordered = sorted(values)
    return [bisect_right(ordered, edge) for edge in edges]


@dataclass(frozen=True)
class Sampled:
    """What requests at one rate look like, as means and shares below edges."""

    requests: tuple[Served, ...]

    @cached_property
    def token_s(self) -> float:
        """Mean seconds of a token."""
        seconds = sum(each.tpot * (each.answer - 1) for each in self.requests)
        return seconds / sum(each.answer - 1 for each in self.requests)

    def quantile(self, what: str, share: float) -> float:
        values = sorted(getattr(each, what) for each in self.requests if what != "tpot" or each.answer > 1)
        return values[min(int(share * len(values)), len(values) - 1)]

    def below(self, what: str, edges: Sequence[float]) -> list[float]:
        """Shares at or below edges; an answer of one token counts as 0 seconds a token, as vLLM has it."""
        values = [getattr(each, what) for each in self.requests]
        return [below / len(values) for below in counted(values, edges)]


SHARE_OF_DRIFT = 0.03
"""Rates of five minutes lie within so much below their hour's."""


@dataclass(frozen=True)
class Fleet:
    """A fleet of replicas of one speed under hours of a day; `qps` is the rate of its busiest windows."""

    replica: LlmReplica
    replicas: int
    qps: float
    lengths: TraceLengths
    days: int
    seed: int

    def level(self, hour: int) -> float:
        """The load of an hour as a share of the peak: a tenth at midnight, all of it at noon."""
        return round(0.55 - 0.45 * math.cos(2 * math.pi * hour / 24), 3)

    @cached_property
    def levels(self) -> dict[float, Sampled]:
        """What the event simulation says of a replica at the load of each hour."""
        each = self.qps / self.replicas * (1 - SHARE_OF_DRIFT / 2)
        return {
            share: Sampled(tuple(served(self.replica, each * share, self.lengths, 3000, self.seed + place)))
            for place, share in enumerate(sorted({self.level(hour) for hour in range(24)}), start=7000)
        }

    def metrics(self) -> str:
        """The answers to the queries that are needed, as `--metrics` reads them."""
        rng = random.Random(self.seed)
        lines: dict[str, dict[str, list[list[object]]]] = {}
        prompts, answers = self.lengths.many
        lengths = {
            name: [below / len(values) for below in counted(values, TOKEN_EDGES)]
            for name, values in (("prompt_length", prompts), ("answer_length", answers))
        }
        prompt, answer = sum(prompts) / len(prompts), sum(answers) / len(answers)
        below = {
            share: {"ttft": sample.below("ttft", TTFT_EDGES), "tpot": sample.below("tpot", TPOT_EDGES)}
            for share, sample in self.levels.items()
        }
        edges = {
            "prompt_length": TOKEN_EDGES,
            "answer_length": TOKEN_EDGES,
            "ttft": TTFT_EDGES,
            "tpot": TPOT_EDGES,
        }

        def put(name: str, label: str, moment: float, value: float) -> None:
            lines.setdefault(name, {}).setdefault(label, []).append([moment, f"{value:.6g}"])

        for at in range(self.days * DAY_S // STEP_S):
            moment = START_S + at * STEP_S
            level = self.level(at * STEP_S % DAY_S // 3600)
            rate = self.qps * level * rng.uniform(1 - SHARE_OF_DRIFT, 1.0)
            put("requests", "", moment, rate)
            put("replicas", "", moment, self.replicas)
            put("prompt_tokens", "", moment, rate * prompt)
            put("answer_tokens", "", moment, rate * answer)
            put("itl_sum", "", moment, rate * (answer - 1) * self.levels[level].token_s)
            put("itl", "+Inf", moment, rate * (answer - 1))
            if at % 12 == 0:
                for name, shares in {**lengths, **below[level]}.items():
                    for edge, share in zip(edges[name], shares, strict=True):
                        put(name, "+Inf" if math.isinf(edge) else str(float(edge)), moment, rate * share)
        return json.dumps({name: _answer(by_label) for name, by_label in lines.items()})


def _answer(by_label: dict[str, list[list[object]]]) -> dict[str, object]:
    result = [
        {"metric": {"le": label} if label else {}, "values": values} for label, values in by_label.items()
    ]
    return {"status": "success", "data": {"resultType": "matrix", "result": result}}
