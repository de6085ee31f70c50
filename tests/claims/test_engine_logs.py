"""What engines log when they start is what a plan says: weights within 3 %, the cache within 8 %,
and whether it starts."""

import csv
from dataclasses import replace

import pytest

from plimsoll.engines.base import EngineKeys
from plimsoll.engines.vllm import ENGINE
from plimsoll.ground.units import GIB
from plimsoll.sizing.memory.fit import MemoryFit
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.step import step_bytes
from tests.make.facts import accelerator
from tests.make.memory import fitted
from tests.make.models import model
from tests.make.places import CASES

WEIGHTS, CACHE = 0.03, 0.08
with (CASES / "engine_logs.csv").open(newline="") as _file:
    LOGS = list(csv.DictReader(_file))


def planned(log: dict[str, str]) -> MemoryFit:
    """What a plan says of the very card, share and flags of a log."""
    card = accelerator(
        log["accelerator"],
        memory_bytes=round(float(log["device_gib"]) * GIB),
        compute_capability=float(log["capability"]),
    )
    card = replace(card, visible_share=1.0)
    longest = int(log["longest_tok"])
    engine = ENGINE.profile(log["version"], card).telling(EngineKeys(memory_share=float(log["share"])))
    placement = Placement(card, int(log["tensor_parallel"]), log["precision"])
    return fitted(model(log["model"]), placement, engine.for_longest(longest), longest)


@pytest.mark.parametrize("log", LOGS, ids=lambda log: f"{log['model']}-{log['version']}")
def test_a_plan_agrees_with_the_log(log: dict[str, str]) -> None:
    found = planned(log)
    assert found.weights / GIB == pytest.approx(float(log["weights_gib"]), rel=WEIGHTS)
    if log["cache_gib"]:
        assert found.kv_cache / GIB == pytest.approx(float(log["cache_gib"]), rel=CACHE)
    assert found.fits == (log["starts"] == "yes")


def test_an_old_engine_that_reads_prompts_whole_holds_them_in_one_step() -> None:
    """The T4's 2.02 GiB of activations are those of 32,768 tokens, not of 2,048."""
    qwen = model("Qwen2.5-1.5B")
    whole, cut = (step_bytes(qwen, 1, tokens, 256) / GIB for tokens in (32_768, 2_048))
    assert whole == pytest.approx(2.02, rel=0.08)
    assert cut < 0.8 * whole


def test_the_sampler_of_the_first_engine_is_that_of_the_second() -> None:
    """PR 10511 logs 1.26 GiB at 256 requests and 8,192 tokens, on one card as on each of two."""
    llama = model("Llama-3-8B")
    for split in (1, 2):
        assert step_bytes(llama, split, 8_192, 256) / GIB == pytest.approx(1.26, rel=0.03)
