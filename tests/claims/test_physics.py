"""No prediction beats physics: every model × accelerator × precision × split of the catalogue.

A seeded tenth of the models and accelerators runs always, all of them under PLIMSOLL_PROOFS=1.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

import pytest

from plimsoll.catalog.facts import InstanceType
from plimsoll.catalog.tables import load
from plimsoll.engines.precision import PRECISIONS
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.traffic import traffic_of
from plimsoll.sizing.work.base import Assignment
from plimsoll.sizing.work.registry import work_of
from plimsoll.sizing.work.setup import Setup, estimates
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.physics import Floor

CATALOG, SPEED = load(), load_speed()
EVERYTHING = os.environ.get("PLIMSOLL_PROOFS") == "1"
SHARE = 1.0 if EVERYTHING else 0.1
SEED = 20261128
SLACK = 1 - 1e-9

PROMPTS, ANSWER = (200, 4000), 200
"""Lengths without a spread: what is predicted of the median is then of one length."""


@dataclass(frozen=True)
class Claim:
    """Something was predicted, which physics bounds: seconds from below, rates from above."""

    what: str
    predicted: float
    floor: float

    @property
    def holds(self) -> bool:
        return self.predicted >= self.floor * SLACK


@cache
def largest() -> dict[str, InstanceType]:
    """The type with most of each accelerator whose rates are known: on it every split is tried."""
    found: dict[str, InstanceType] = {}
    for each in CATALOG.instance_types.values():
        part = CATALOG.accelerators.get(each.accelerator or "")
        if part is None or not (part.cuda and part.flops and part.bandwidth):
            continue
        if each.accelerator_fraction == 1:
            known = found.setdefault(part.name, each)
            found[part.name] = max(known, each, key=lambda item: item.accelerators)
    return found


def pairs(*tasks: str) -> list[tuple[str, str]]:
    """The seeded share of models × accelerators, at least one of each model."""
    random = Random(SEED)
    chosen: list[tuple[str, str]] = []
    for name, model in CATALOG.models.items():
        if model.task in tasks:
            parts = sorted(largest())
            chosen += [(name, part) for part in random.sample(parts, max(round(SHARE * len(parts)), 1))]
    return chosen


def setups(model: Architecture, part: str, load: dict[str, Any]) -> Iterator[Setup]:
    """Every split and precision that is tried and fits."""
    spec = {"model": model.name, "load": {"qps": 1, **load}, "precision": list(PRECISIONS)}
    workload = Workload.model_validate(spec)
    traffic = traffic_of(workload.load, model)
    work = work_of(Assignment(workload, model, CATALOG, SPEED, traffic))
    return (setup for setup in work.on(largest()[part]) if setup.loaded is not None)


def floor_of(setup: Setup, arch: Architecture) -> Floor:
    return Floor(
        arch, CATALOG.accelerators[setup.accelerator or ""], setup.precision or "", setup.accelerators
    )


def batches(setup: Setup) -> tuple[float, ...]:
    """One request alone, the most load that is planned, and a replica that is full."""
    assert setup.loaded is not None
    return 0.0, setup.loaded.batch, setup.loaded.replica.full_batch


def generation(setup: Setup, arch: Architecture, prompt: float) -> Iterator[Claim]:
    floor, replica = floor_of(setup, arch), setup.loaded.replica  # type: ignore[union-attr]
    for batch in batches(setup):
        running = max(batch, 1.0)
        ttft, tpot, e2e = replica.latencies_s(batch, ["ttft_p50", "tpot_p50", "e2e_p50"])
        step, read = floor.step_s(running, prompt), floor.prompt_s(prompt)
        yield Claim(f"TTFT of {batch:.3g}", ttft, read)
        yield Claim(f"TPOT of {batch:.3g}", tpot, step)
        yield Claim(f"e2e of {batch:.3g}", e2e, read + (ANSWER - 1) * step)
        if batch:
            each = 1 / replica.qps_of(batch)
            yield Claim(f"seconds a request at {batch:.3g}", each, ANSWER * step / running)
            yield Claim(f"FLOPs a request at {batch:.3g}", each, floor.flops_s(prompt, ANSWER))
    read, step = floor.prompt_s(prompt), floor.step_s(1.0, prompt)
    yield from lows(setup, {"ttft": read, "tpot": step, "e2e": read + (ANSWER - 1) * step})


def whole(setup: Setup, arch: Architecture, tokens: float) -> Iterator[Claim]:
    floor, replica = floor_of(setup, arch), setup.loaded.replica  # type: ignore[union-attr]
    for batch in batches(setup):
        (latency,) = replica.latencies_s(batch, ["latency_p50"])
        yield Claim(f"latency of {batch:.3g}", latency, floor.items_s(max(batch, 1.0), tokens))
        if batch:
            running = max(batch, 1.0)
            yield Claim(
                f"seconds an item at {batch:.3g}",
                1 / replica.qps_of(batch),
                floor.items_s(running, tokens) / running,
            )
    yield from lows(setup, {"latency": floor.items_s(1.0, tokens)})


def transcripts(setup: Setup, arch: Architecture, audio_s: float) -> Iterator[Claim]:
    floor, replica = floor_of(setup, arch), setup.loaded.replica  # type: ignore[union-attr]
    parts = arch.speech
    assert parts is not None
    windows, tokens = -(-audio_s // parts.window_s), 4 * audio_s
    decoder = arch.params - parts.encoder_params - parts.cross_params
    steps = Floor(replace(arch, active_params=decoder, embedding_params=0), floor.part, floor.precision)
    encoder = replace(arch, active_params=parts.encoder_params, embedding_params=0)
    passing = Floor(encoder, floor.part, floor.precision).items_s(1.0, 0.0)
    for batch in batches(setup):
        running = max(batch, 1.0)
        (latency,) = replica.latencies_s(batch, ["latency_p50"])
        floor_s = windows * passing + tokens * steps.step_s(running, 0.0)
        yield Claim(f"latency of {batch:.3g}", latency, floor_s)
        if batch:
            least = tokens * steps.step_s(running, 0.0) / running
            yield Claim(f"seconds a request at {batch:.3g}", 1 / replica.qps_of(batch), least)
    yield from lows(setup, {"latency": windows * passing + tokens * steps.step_s(1.0, 0.0)})


def lows(setup: Setup, alone: dict[str, float]) -> Iterator[Claim]:
    """The low end of an interval is a prediction too: of one request alone, under each latency's floor."""
    for batch in batches(setup):
        keys = [f"{metric}_p50" for metric in alone]
        for key, estimate in estimates(setup, batch, keys).items():
            yield Claim(f"low {key} of {batch:.3g}", estimate.low / 1000, alone[key.partition("_")[0]])


def broken(claims: Iterator[Claim], name: str, setup: Setup) -> list[str]:
    where = f"{name} {setup.precision} on {setup.accelerators} × {setup.accelerator}"
    return [
        f"{where}: {claim.what} {claim.predicted:.4g} s under {claim.floor:.4g} s"
        for claim in claims
        if not claim.holds
    ]


def test_no_text_beats_physics():
    seen, bad = 0, []
    for name, part in pairs("llm"):
        arch = CATALOG.models[name]
        for prompt in PROMPTS:
            if arch.max_context_tok and prompt + ANSWER > arch.max_context_tok:
                continue
            load = {
                "input_tokens": {"mean": prompt, "p95": prompt},
                "output_tokens": {"mean": ANSWER, "p95": ANSWER},
            }
            for setup in setups(arch, part, load):
                seen += 1
                bad += broken(generation(setup, arch, prompt), name, setup)
    assert seen > 20_000 * SHARE
    assert not bad, "\n".join([f"{len(bad)} of {seen}", *bad[:40]])


def test_no_embedding_image_or_picture_beats_physics():
    seen, bad = 0, []
    for name, part in pairs("encoder", "vision", "diffusion"):
        arch = CATALOG.models[name]
        for tokens in (100, 500):
            load = {"input_tokens": tokens} if arch.task == "encoder" else {}
            for setup in setups(arch, part, load):
                seen += 1
                bad += broken(whole(setup, arch, tokens), name, setup)
    assert seen > 1_000 * SHARE
    assert not bad, "\n".join([f"{len(bad)} of {seen}", *bad[:40]])


@pytest.mark.parametrize("audio_s", [30, 300])
def test_no_transcript_beats_physics(audio_s: int):
    seen, bad = 0, []
    for name, part in pairs("speech"):
        arch = CATALOG.models[name]
        for setup in setups(arch, part, {"audio_s": audio_s}):
            seen += 1
            bad += broken(transcripts(setup, arch, audio_s), name, setup)
    assert seen > 100 * SHARE
    assert not bad, "\n".join([f"{len(bad)} of {seen}", *bad[:40]])


def test_the_claim_sees_an_offender():
    """What an H100 is predicted to do, no T4 can: five of six claims on memory alone are broken."""
    arch = CATALOG.model("Llama-3.1-8B")
    load = {"input_tokens": {"mean": 200, "p95": 200}, "output_tokens": {"mean": ANSWER, "p95": ANSWER}}
    fast = next(setup for setup in setups(arch, "H100-80GB", load) if setup.precision == "fp16")
    slow = replace(fast, accelerator="T4")
    claims = list(generation(slow, arch, 200))
    assert {claim.what.split()[0] for claim in claims if not claim.holds} >= {
        "TTFT",
        "TPOT",
        "e2e",
        "seconds",
    }
    assert all(claim.holds for claim in generation(fast, arch, 200))


def test_the_floor_is_what_one_works_out_by_hand():
    """8.03e9 parameters less the table of 0.525e9, in 16 bit, from 300 GB/s: 50 ms; 2 FLOPs a weight."""
    floor = Floor(CATALOG.model("Llama-3.1-8B"), CATALOG.accelerators["L4"], "fp16")
    assert floor.read_s == pytest.approx(7.505e9 * 2 / 300e9, rel=0.001)
    cache = 32 * 8 * 2 * 128 * 2
    assert floor.step_s(4, 1000) == pytest.approx(floor.read_s + 4 * 1000 * cache / 300e9)
    assert floor.prompt_s(4000) == pytest.approx(2 * 6.98e9 * 4000 / 121e12, rel=0.01)
