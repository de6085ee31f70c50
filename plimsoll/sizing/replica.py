"""A replica under load: its latency percentiles are functions of its request rate.

Every kind of replica has one small interface (`Replica`). The LLM server with continuous batching stands
here, the others beside their kind of work. Requests arrive as a Poisson process; times are seconds.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from plimsoll.ground.start_up import record
from plimsoll.sizing.root_finding import root
from plimsoll.sizing.traffic import QUANTILES, Traffic, Z
from plimsoll.sizing.waits.prompts import PromptKind, PromptWait
from plimsoll.sizing.waits.slots import SlotWait
from plimsoll.speed.load import flooded_s
from plimsoll.speed.step import StepModel

UTILISATION_TARGET = 0.70
"""Share of a replica's capacity to plan with. Source: the knee in p99 TTFT beyond it, found by event
simulation on five model and accelerator shapes (README, method)."""

KV_UTILISATION_TARGET = 0.60
"""The same where KV-cache slots bind before the engine's own sequence limit: the knee comes sooner."""

SMALLEST_BATCH = 1e-9

MEDIAN = 0.5

SPREADS = 1.5
"""Power in which spreads of wait and prompt are added: 2 where they were normal, 1 where both tails were of a
few very long ones. Source: the event simulation, with prompts of p95 1 to 3.8 times the mean."""

FEW_SLOTS = 32
"""Below this many slots the mean number of running sequences says little about a busy moment."""

TPOT_WINDOW_TOK = 60
"""Tokens over which prefills that cut into decoding are counted for TPOT percentiles, or those of an answer
that is shorter. Short answers vary most; a fixed window keeps the percentile from shrinking as answers grow.
Assumption, stated here."""


class Replica(Protocol):
    """Sizing needs to know this about one replica.

    Its state is one number, the `batch` running on it; rate and latency grow with it.
    """

    @property
    def top_batch(self) -> float:
        """The batch at the utilisation target."""
        ...

    @property
    def full_batch(self) -> float:
        """The batch of a replica that is full."""
        ...

    @property
    def most_qps(self) -> float:
        """Requests per second at most, where more wait."""
        ...

    def qps_of(self, batch: float) -> float:
        """Requests per second that keep `batch` requests running."""
        ...

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """Latency statistics (`ttft_p95`) in seconds at a batch, in the order of the keys."""
        ...

    def in_flight(self, batch: float) -> float:
        """Mean requests in flight, waiting ones included (Little's law)."""
        ...


@record
class LlmReplica:
    """Continuous batching in closed form.

    With a step time s(B) for B running sequences and p seconds of prefill per request, a rate λ
    keeps B = λ · osl · s(B) / (1 - λp) sequences running, so λ(B) = B / (osl · s(B) + B · p); p is the mean
    over the lengths of prompts. TPOT is s(B) / (1 - λp). TTFT is half a step, the wait for others' prompts
    (`PromptWait`), the wait for a slot (Allen-Cunneen) and the request's own prefill.
    Source: derived for this project and checked against an event simulation (`plimsoll.simulation`).
    `step_s` takes running sequences; `mixed_prefill_s` (what a prompt adds to steps that decode anyway)
    takes prompt tokens and running sequences, `first_token_s` (a prompt alone) prompt tokens. None may
    decrease in any argument. `kinds` of prompts stand for all (`kinds_of`). `slots` requests may run at once;
    the cache would hold `cache_slots`. A step takes `chunk_tok` tokens at most, a request `longest_tok`.
    Where prompts never cease to wait for a slot, reading them takes `flood` times as long (`flooded_s`).
    """

    step_s: Callable[[float], float]
    mixed_prefill_s: Callable[[float, float], float]
    first_token_s: Callable[[float], float]
    traffic: Traffic
    kinds: Sequence[PromptKind]
    slots: float
    cache_slots: float
    chunk_tok: float
    flood: float = 1.0
    longest_tok: float = math.inf

    @property
    def utilisation_target(self) -> float:
        """60 % of what the cache would carry, and at most 70 % of what the engine's own limits let run.

        Where the cache binds, both are the same number of requests and 60 % holds.
        """
        cache = max(self.cache_slots, self.full_batch)
        of_cache = KV_UTILISATION_TARGET * self.qps_of(cache) / self.qps_of(self.full_batch)
        return min(UTILISATION_TARGET, max(of_cache, KV_UTILISATION_TARGET))

    @property
    def top_batch(self) -> float:
        """The batch whose rate is the utilisation target times the most that the replica carries."""
        return batch_at(self, self.utilisation_target * self.most_qps, self.full_batch)

    @property
    def full_batch(self) -> float:
        """All slots together, or as many answers as its steps can read prompts for, whichever is less.

        In the osl steps of an answer osl · (chunk - B) prompt tokens are read beside B answers, which is B
        prompts at most.
        """
        osl = self.traffic.output_tok.mean
        return min(self.slots, osl * self.chunk_tok / (self._prompt_tok + osl))

    @property
    def _prompt_tok(self) -> float:
        """Mean tokens of a prompt that are computed."""
        return math.fsum(kind.share * kind.tokens for kind in self.kinds)

    @property
    def most_qps(self) -> float:
        """As many answers as can be written at once, and prompts that wait for them."""
        return self._rate(self.full_batch, self.flood)

    def qps_of(self, batch: float) -> float:
        """λ(B) = B / (osl · s(B) + B · p)."""
        return self._rate(batch, 1.0)

    def _rate(self, batch: float, flood: float) -> float:
        running, prompt_tok = max(batch, 1.0), self.traffic.new_input_tok
        reading = batch * self._prefill_s(running)
        return batch / flooded_s(
            prompt_tok, self.traffic.output_tok.mean, self.step_s(running), reading, flood
        )

    def _prefill_s(self, running: float) -> float:
        """What a prompt adds on average to steps that decode anyway."""
        found = 0.0
        for kind in self.kinds:
            found += kind.share * self.mixed_prefill_s(kind.tokens, running)
        return found

    def latencies_s(self, batch: float, keys: Sequence[str]) -> list[float]:
        """TTFT, TPOT or end-to-end latency at percentiles."""
        state = self._state(batch)
        return [self._latency(state, key) for key in keys]

    def _latency(self, state: "_State", key: str) -> float:
        metric, _, name = key.partition("_")
        if metric == "tpot":
            return self._tpot(state, name)
        ttft = self._ttft(state, name)
        if metric == "ttft":
            return ttft
        return ttft + self._answer(state, ttft - state.ttft_mean, name)

    def _answer(self, state: "_State", waited: float, name: str) -> float:
        """Seconds from the first token to the last at a percentile of both together.

        Above the median, what lies above the means (of the wait, of the answer's length, and of the prompts
        that cut into it) adds up by `SPREADS`.
        """
        osl, z = self.traffic.output_tok, Z[name]
        if z <= 0:
            return max(osl.quantile(z) - 1, 0.0) * state.tpot
        typical = max(osl.mean - 1, 0.0) * state.tpot + state.stopped
        length = max(osl.quantile(z) - osl.mean, 0.0) * state.tpot
        cut_in = z * state.prefill_rms * math.sqrt(state.qps * typical)
        waited = max(waited, 0.0)
        return typical + (waited**SPREADS + length**SPREADS + cut_in**SPREADS) ** (1 / SPREADS) - waited

    def in_flight(self, batch: float) -> float:
        """Little's law over the mean end-to-end latency."""
        state = self._state(batch)
        answer = max(self.traffic.output_tok.mean - 1, 0.0) * state.tpot + state.stopped
        return state.qps * (state.ttft_mean + answer)

    def _state(self, batch: float) -> "_State":
        traffic, running = self.traffic, max(batch, 1.0)
        step = self.step_s(running)
        reads = [(kind, self.mixed_prefill_s(kind.tokens, running)) for kind in self.kinds]
        prefill = own = square = prompt_tok = 0.0
        for kind, seconds in reads:
            prefill += kind.share * seconds
            square += kind.share * seconds * seconds
            prompt_tok += kind.share * kind.tokens
            own += kind.share * self._own_prefill(kind.tokens, batch, step, seconds)
        qps = batch / (traffic.output_tok.mean * step + batch * prefill)
        busy = min(qps * prefill, 0.99)
        tpot = step / (1 - busy)
        # A prompt takes its share of a step's tokens, and of the step, whether it fills one or needs several.
        share = step / max(self.chunk_tok - batch, 1.0)
        prompts = PromptWait.of(qps, [(kind.share, each + kind.tokens * share) for kind, each in reads])
        # With few slots, those who wait wait for a full engine, which is slower than the mean one.
        full = self.step_s(self.slots) / (1 - busy) if self.slots < FEW_SLOTS else tpot
        held_s = prefill + traffic.output_tok.mean * full
        slots = SlotWait.of(
            batch + qps * prefill, self.slots, held_s, (traffic.output_tok.cv2, self._unevenness)
        )
        met = step / (1 - prompts.busy)
        ttft_mean = met / 2 + prompts.mean + slots.mean + own
        most = max(traffic.output_tok.mean - 1, 0.0) * step
        stopped = prompts.left_s(prefill / (share * prompt_tok), most)
        rms = math.sqrt(square)
        return _State(batch, qps, step, met, rms, busy, tpot, prompts, slots, own, ttft_mean, stopped)

    def _own_prefill(self, tokens: float, batch: float, step: float, mixed: float) -> float:
        """A request's own prefill: alone on an idle engine, else in steps that also carry the decodes."""
        alone = self.first_token_s(tokens)
        chunks = max(tokens / self.chunk_tok, 1.0)
        together = chunks * step + mixed
        return alone + min(batch, 1.0) * max(together - alone, 0.0)

    @property
    def _unevenness(self) -> float:
        """E[t²] ÷ E[t]² of the tokens that a running request keeps, as far as the cache binds; 1 is even.

        It has written any part of its answer: E[t²] is that of prompt + uniform share of the answer.
        """
        osl, prompt = self.traffic.output_tok, self._prompt_tok
        square = math.fsum(kind.share * kind.tokens * kind.tokens for kind in self.kinds)
        kept = square + prompt * osl.mean + osl.mean * osl.mean * (1 + osl.cv2) / 3
        bound = min(self.slots / max(self.cache_slots, 1.0), 1.0)
        return 1 + bound * (kept / (prompt + osl.mean / 2) ** 2 - 1)

    def _ttft(self, state: "_State", name: str) -> float:
        """Means added up; above the median, the spreads of wait and prompt added by `SPREADS`."""
        traffic, prompts, slots = self.traffic, state.prompts, state.slots
        quantile = QUANTILES[name]
        behind, queued = prompts.quantile(quantile), slots.quantile(quantile)
        length = min(traffic.input_tok.quantile(Z[name]), self.longest_tok)
        prompt = max(length - traffic.shared_prefix_tok, 1.0)
        mixed = self.mixed_prefill_s(prompt, max(state.batch, 1.0))
        own = self._own_prefill(prompt, state.batch, state.step, mixed)
        typical = min(own, state.own)
        queueing = min(slots.mean, queued)
        if quantile <= MEDIAN:
            first = state.met / 2 + typical
            return first + queueing + max(behind, prompts.within(first))
        # The step that is met, and what comes with it: those that arrive during a step are read together.
        first = (0.5 + prompts.busy) * state.met + typical
        longer = max(behind - prompts.mean, queued - slots.mean, 0.0)
        spread = max(own - state.own, 0.0) ** SPREADS + longer**SPREADS
        return first + prompts.mean + queueing + spread ** (1 / SPREADS)

    def _tpot(self, state: "_State", name: str) -> float:
        """Mean TPOT, plus z standard deviations of the batch and of the prefills that cut in.

        Both counts are Poisson. Prefills are counted over `TPOT_WINDOW_TOK` tokens at most.
        """
        z = max(Z[name], 0.0)
        if z == 0 or state.qps <= 0:
            return state.tpot
        crowded = min(state.batch + z * math.sqrt(state.batch), self.full_batch)
        window = min(max(self.traffic.output_tok.mean, 1.0), TPOT_WINDOW_TOK)
        cut_in = z * state.prefill_rms * math.sqrt(state.qps * state.tpot / window)
        return self.step_s(max(crowded, 1.0)) / (1 - state.busy) + cut_in


@record
class _State:
    """An LLM replica at one batch: rates per second, times in seconds.

    `met` is the step that a request meets, with the prompts that are read in it; `stopped` is by how much its
    answer is later because of those that wait when it begins.
    """

    batch: float
    qps: float
    step: float
    met: float
    prefill_rms: float
    busy: float
    tpot: float
    prompts: PromptWait
    slots: SlotWait
    own: float
    ttft_mean: float
    stopped: float


def batch_at(replica: Replica, qps: float, most: float) -> float:
    """Find the batch at which a replica serves `qps`, or `most` if it cannot.

    Sought as B = λ · (time a request holds its place), which is nearly a straight line in B where the
    rate itself is not: a few steps suffice.
    """
    if most <= 0 or (full := replica.qps_of(most)) <= qps:
        return most
    if qps <= 0:
        return 0.0

    def short(batch: float) -> float:
        running = max(batch, SMALLEST_BATCH)
        return (running - qps * running / replica.qps_of(running)) / most

    return root(short, most, (short(0.0), (most - qps * most / full) / most))


def greatest_batch(replica: Replica, limits_s: Mapping[str, float]) -> float | None:
    """Find the largest batch, up to the utilisation target, at which every latency limit holds.

    `limits_s` maps latency keys (`ttft_p95`) to seconds. Latency grows with the batch, so there is one
    edge. None if even an idle replica breaks a limit.
    """
    top = replica.top_batch
    if not limits_s:
        return top
    keys, limits = list(limits_s), list(limits_s.values())

    def overrun(batch: float) -> float:
        reached = replica.latencies_s(batch, keys)
        return max(value / limit for value, limit in zip(reached, limits, strict=True)) - 1

    if (loaded := overrun(top)) <= 0:
        return top
    if (idle := overrun(0.0)) > 0:
        return None
    edge = root(overrun, top, (idle, loaded))
    return edge if edge > 0 else None


def least_latencies_s(traffic: Traffic, step: StepModel) -> dict[str, float]:
    """Bound each latency of the median request from below, where it is alone on hardware without losses."""
    prompt = max(traffic.input_tok.quantile(Z["p50"]) - traffic.shared_prefix_tok, 1.0)
    answer = max(traffic.output_tok.quantile(Z["p50"]) - 1, 0.0)
    ttft, tpot = step.least_s(prompt, 0.0), step.least_s(1.0, prompt)
    return {"ttft": ttft, "tpot": tpot, "e2e": ttft + answer * tpot}
