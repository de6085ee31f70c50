"""A replica at a given load, from its step model: what a client measures.

Little's law and the step model close the loop: N requests in flight, of which B decode at a time.
"""

import math

from plimsoll.ground.start_up import record
from plimsoll.speed.step import StepModel

ROUNDS = 6

FLOOD_RATIO = 20.0
"""Prompt tokens for an answer token in the rows that `flood` was fitted on; longer answers hide behind
prompts that are read slowly. Source: field reports of vLLM 0.11, 2,000 tokens in and 100 out."""


@record
class Steady:
    """Seconds and requests per second of one replica in a steady state; `batch` is what decodes."""

    tpot_s: float
    ttft_s: float
    qps: float
    batch: float


@record
class Demand:
    """One replica is asked for prompt and output tokens of a request, requests in flight, in so many slots.

    In a `closed` loop the clients start together, and again whenever answers of equal length end together.
    A `flooded` replica has all its slots taken and prompts that wait for them, without end.
    """

    isl: float
    osl: float
    in_flight: float
    slots: float
    closed: bool = False
    flooded: bool = False


def steady(model: StepModel, demand: Demand, wait_steps: float) -> Steady:
    """Solve for the state in which the demand, waiting requests included, is in the system.

    Per output token every other sequence's prefill interferes once per `osl` tokens:
    TPOT = s(B) + (B - 1) / osl · p. Requests beyond `slots` wait in the queue, and their wait is
    what Little's law leaves. In a closed loop the first token waits longer by a share per doubling of
    clients (the form is that of aiconfigurator's vLLM correction, the share is fitted). Source: derived
    here from Little's law and the step times.
    """
    isl, osl = demand.isl, max(demand.osl, 1.0)
    in_flight, slots = demand.in_flight, demand.slots
    decoding = model.behind(isl + osl / 2)
    own = model.first_token_s(isl)
    together = own * (1 + model.burst * math.log2(max(in_flight, 1.0))) if demand.closed else own
    batch = min(max(in_flight, 1e-6), slots)
    flood = model.flood if demand.flooded else 1.0
    tpot, ttft = 0.0, together
    for _ in range(ROUNDS):
        step = decoding.decode_s(max(batch, 1.0))
        prompt = decoding.interleaved_s(isl, max(batch, 1.0))
        tpot = flooded_s(isl, osl, step, max(batch - 1.0, 0.0) * prompt, flood) / osl
        busy = min(prompt * batch / (osl * tpot), 1.0)
        others = min(max(in_flight - 1.0, 0.0), 1.0)
        ttft = together + others * (wait_steps * step + busy * prompt / 2)
        batch = min(in_flight * osl * tpot / (osl * tpot + ttft), slots)
    qps = batch / (osl * tpot)
    if batch >= slots:
        ttft = max(ttft, in_flight / qps - osl * tpot)
    return Steady(tpot, ttft, qps, batch)


def flooded_s(isl: float, osl: float, step_s: float, reading_s: float, flood: float) -> float:
    """Seconds to decode an answer, at `step_s` a token, while `reading_s` of others' prompts cut in.

    On a flooded engine the prompts alone take `flood` times as long, with as much of the answer as comes
    with them in the rows that say so; the longer of both holds. It never falls as either length grows.
    """
    flooded = min(osl, isl / FLOOD_RATIO) * step_s + flood * reading_s
    return max(osl * step_s + reading_s, flooded)
