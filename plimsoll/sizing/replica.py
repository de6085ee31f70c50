"""A replica under load: its latency percentiles are functions of its request rate.

Every kind of replica has one small interface (`Replica`). The LLM server with continuous batching stands
here, the others beside their kind of work. Requests arrive as a Poisson process; times are seconds.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Protocol

from plimsoll.ground.start_up import record
from plimsoll.sizing.root_finding import root
from plimsoll.sizing.traffic import QUANTILES, Traffic, Z
from plimsoll.speed.load import flooded_s
from plimsoll.speed.step import StepModel

UTILISATION_TARGET = 0.70
"""Share of a replica's capacity to plan with. Source: the knee in p99 TTFT beyond it, found by event
simulation on five model and accelerator shapes (README, method)."""

KV_UTILISATION_TARGET = 0.60
"""The same where KV-cache slots bind before the engine's own sequence limit: the knee comes sooner."""

SMALLEST_BATCH = 1e-9

MEDIAN = 0.5

FEW_SLOTS = 32
"""Below this many slots the mean number of running sequences says little about a busy moment."""

TPOT_WINDOW_TOK = 64
"""Tokens over which prefills that cut into decoding are counted for TPOT percentiles. Short answers vary
most; a fixed window keeps the percentile from shrinking as answers grow. Assumption, stated here."""


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
    keeps B = λ · osl · s(B) / (1 - λp) sequences running, so λ(B) = B / (osl · s(B) + B · p).
    TPOT is s(B) / (1 - λp). TTFT is half a step, the M/G/1 wait (Pollaczek-Khinchine) at the prefill
    stage, the wait for a slot (Allen-Cunneen) and the request's own prefill.
    Source: derived for this project and checked against an event simulation (`plimsoll.simulation`).
    `step_s` takes running sequences; `mixed_prefill_s` (what a prompt adds to steps that decode anyway)
    takes prompt tokens and running sequences, `first_token_s` (a prompt alone) prompt tokens. None may
    decrease in any argument. `slots` requests may run at once; the cache would hold `cache_slots`. Where
    prompts never cease to wait for a slot, reading them takes `flood` times as long (`flooded_s`).
    """

    step_s: Callable[[float], float]
    mixed_prefill_s: Callable[[float, float], float]
    first_token_s: Callable[[float], float]
    traffic: Traffic
    slots: float
    cache_slots: float
    chunk_tok: float
    flood: float = 1.0

    @property
    def utilisation_target(self) -> float:
        """60 % of what the cache would carry, and at most 70 % of what the engine's own limit lets run.

        Where the cache binds, both are the same number of requests and 60 % holds.
        """
        cache = max(self.cache_slots, self.slots)
        of_cache = KV_UTILISATION_TARGET * self.qps_of(cache) / self.qps_of(self.slots)
        return min(UTILISATION_TARGET, max(of_cache, KV_UTILISATION_TARGET))

    @property
    def top_batch(self) -> float:
        """The batch whose rate is the utilisation target times the most that the replica carries."""
        return batch_at(self, self.utilisation_target * self.most_qps, self.slots)

    @property
    def full_batch(self) -> float:
        """All slots together."""
        return self.slots

    @property
    def most_qps(self) -> float:
        """All slots taken, and prompts that wait for them."""
        return self._rate(self.slots, self.flood)

    def qps_of(self, batch: float) -> float:
        """λ(B) = B / (osl · s(B) + B · p)."""
        return self._rate(batch, 1.0)

    def _rate(self, batch: float, flood: float) -> float:
        running, prompt_tok = max(batch, 1.0), self.traffic.new_input_tok
        reading = batch * self.mixed_prefill_s(prompt_tok, running)
        return batch / flooded_s(
            prompt_tok, self.traffic.output_tok.mean, self.step_s(running), reading, flood
        )

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
        osl = self.traffic.output_tok
        typical = ttft + max(osl.mean - 1, 0.0) * state.tpot
        long_answer = state.ttft_mean + max(osl.quantile(Z[name]) - 1, 0.0) * state.tpot
        return max(typical, long_answer)

    def in_flight(self, batch: float) -> float:
        """Little's law over the mean end-to-end latency."""
        state = self._state(batch)
        return state.qps * (state.ttft_mean + max(self.traffic.output_tok.mean - 1, 0.0) * state.tpot)

    def _state(self, batch: float) -> "_State":
        traffic = self.traffic
        step = self.step_s(max(batch, 1.0))
        prefill = self.mixed_prefill_s(traffic.new_input_tok, max(batch, 1.0))
        qps = batch / (traffic.output_tok.mean * step + batch * prefill)
        busy = min(qps * prefill, 0.99)
        tpot = step / (1 - busy)
        own = self._own_prefill(traffic.new_input_tok, batch, step, prefill)
        prompts = self._prompt_wait(batch, step, qps)
        # With few slots, those who wait wait for a full engine, which is slower than the mean one.
        full = self.step_s(self.slots) / (1 - busy) if self.slots < FEW_SLOTS else tpot
        slots = self._slot_wait(batch + qps * prefill, prefill + traffic.output_tok.mean * full)
        ttft_mean = step / 2 + prompts.mean + slots.mean + own
        return _State(batch, qps, step, prefill, busy, tpot, prompts, slots, own, ttft_mean)

    def _prompt_wait(self, batch: float, step: float, qps: float) -> "_Wait":
        """Wait for others' prompts; half a step and the own one are not in it.

        Prompts that arrive during a step are read together in the next: a queue of gated service, the decodes
        being its vacation. With reads of mean r and mean square r2, ρ = λr, a step lasts s ÷ (1 - ρ), the one
        that is met E[C²] ÷ E[C] = s ÷ (1 - ρ) + λ r2 ÷ (1 - ρ²). A prompt waits for half of it, and ρ of it
        for what else arrived in it. Source: derived for this project from Var[C] = λ E[C] r2 ÷ (1 - ρ²), and
        checked against the event simulation. Reading times are taken for lognormal through the median and the
        95th percentile: attention makes long prompts dearer than their length.
        """
        lengths, running = self.traffic.input_tok, max(batch, 1.0)
        median = self._read_s(lengths.quantile(0.0), running, step)
        if lengths.sigma and median > 0:
            spread = math.log(self._read_s(lengths.quantile(Z["p95"]), running, step) / median) / Z["p95"]
        else:
            spread = 0.0
        mean = median * math.exp(spread**2 / 2)
        square = (mean * math.exp(spread**2 / 2)) ** 2
        busy = min(qps * mean, 0.97)
        cycle = step / (1 - busy)
        longer = cycle + qps * square / (1 - busy**2)
        return _Wait((0.5 + busy) * longer - step / 2, min(qps * (mean + step), 0.99))

    def _read_s(self, prompt_tok: float, running: float, step: float) -> float:
        """What reading a prompt of a length adds, with the steps that it takes beyond the first."""
        tokens = max(prompt_tok - self.traffic.shared_prefix_tok, 1.0)
        return self.mixed_prefill_s(tokens, running) + max(tokens / self.chunk_tok - 1.0, 0.0) * step

    def _own_prefill(self, tokens: float, batch: float, step: float, mixed: float) -> float:
        """A request's own prefill: alone on an idle engine, else in steps that also carry the decodes."""
        alone = self.first_token_s(tokens)
        chunks = max(tokens / self.chunk_tok, 1.0)
        together = chunks * step + mixed
        return alone + min(batch, 1.0) * max(together - alone, 0.0)

    def _slot_wait(self, occupied: float, service: float) -> "_Wait":
        """Allen-Cunneen wait for one of the slots, with Sakasegawa's approximation of Erlang C."""
        share = min(occupied / self.slots, 0.99)
        slots = max(self.slots, 1.0)
        chance = share ** (math.sqrt(2 * (slots + 1)) - 1)
        mean = service * chance / (slots * (1 - share)) * (1 + self.traffic.output_tok.cv2) / 2
        return _Wait(mean, chance)

    def _ttft(self, state: "_State", name: str) -> float:
        """Median parts added up; above the median, the spreads of wait and prompt added as squares."""
        traffic = self.traffic
        quantile = QUANTILES[name]
        behind, queued = state.prompts.quantile(quantile), state.slots.quantile(quantile)
        prompt = max(traffic.input_tok.quantile(Z[name]) - traffic.shared_prefix_tok, 1.0)
        mixed = self.mixed_prefill_s(prompt, max(state.batch, 1.0))
        own = self._own_prefill(prompt, state.batch, state.step, mixed)
        wait = min(state.prompts.mean, behind) + min(state.slots.mean, queued)
        if quantile <= MEDIAN:
            # Half of the requests meet a decode step only; the others' wait pulls the median by half.
            wait = max(wait, state.prompts.mean / 2)
        longer = max(behind - state.prompts.mean, queued - state.slots.mean, 0.0)
        typical = state.own if quantile > MEDIAN else min(own, state.own)
        return state.step / 2 + typical + wait + math.hypot(max(own - state.own, 0.0), longer)

    def _tpot(self, state: "_State", name: str) -> float:
        """Mean TPOT, plus z standard deviations of the batch and of the prefills that cut in.

        Both counts are Poisson. Prefills are counted over `TPOT_WINDOW_TOK` tokens.
        """
        z = max(Z[name], 0.0)
        if z == 0 or state.qps <= 0:
            return state.tpot
        crowded = min(state.batch + z * math.sqrt(state.batch), self.slots)
        cut_in = z * state.prefill * math.sqrt(state.qps * state.tpot / TPOT_WINDOW_TOK)
        return self.step_s(max(crowded, 1.0)) / (1 - state.busy) + cut_in


@record
class _Wait:
    """A wait with an exponential tail behind the chance of waiting at all."""

    mean: float
    chance: float

    def quantile(self, quantile: float) -> float:
        """The wait at a quantile, seconds."""
        if self.chance <= 1 - quantile:
            return 0.0
        return self.mean / self.chance * math.log(self.chance / (1 - quantile))


@record
class _State:
    """An LLM replica at one batch: rates per second, times in seconds."""

    batch: float
    qps: float
    step: float
    prefill: float
    busy: float
    tpot: float
    prompts: "_Wait"
    slots: "_Wait"
    own: float
    ttft_mean: float


def batch_at(replica: Replica, qps: float, most: float) -> float:
    """Find the batch at which a replica serves `qps`, or `most` if it cannot.

    Sought as B = λ · (time a request holds its place), which is nearly a straight line in B where the
    rate itself is not: a few steps suffice.
    """
    if most <= 0 or replica.qps_of(most) <= qps:
        return most
    if qps <= 0:
        return 0.0

    def short(batch: float) -> float:
        running = max(batch, SMALLEST_BATCH)
        return (running - qps * running / replica.qps_of(running)) / most

    return root(short, most)


def greatest_batch(replica: Replica, limits_s: Mapping[str, float]) -> float | None:
    """Find the largest batch, up to the utilisation target, at which every latency limit holds.

    `limits_s` maps latency keys (`ttft_p95`) to seconds. Latency grows with the batch, so there is one
    edge. None if even an idle replica breaks a limit.
    """
    top = replica.top_batch
    if not limits_s:
        return top
    keys, limits = list(limits_s), list(limits_s.values())

    @cache  # both ends are asked for twice
    def overrun(batch: float) -> float:
        reached = replica.latencies_s(batch, keys)
        return max(value / limit for value, limit in zip(reached, limits, strict=True)) - 1

    if overrun(top) <= 0:
        return top
    if overrun(0.0) > 0:
        return None
    edge = root(overrun, top)
    return edge if edge > 0 else None


def least_latencies_s(traffic: Traffic, step: StepModel) -> dict[str, float]:
    """Bound each latency of the median request from below, where it is alone on hardware without losses."""
    prompt = max(traffic.input_tok.quantile(Z["p50"]) - traffic.shared_prefix_tok, 1.0)
    answer = max(traffic.output_tok.quantile(Z["p50"]) - 1, 0.0)
    ttft, tpot = step.least_s(prompt, 0.0), step.least_s(1.0, prompt)
    return {"ttft": ttft, "tpot": tpot, "e2e": ttft + answer * tpot}
