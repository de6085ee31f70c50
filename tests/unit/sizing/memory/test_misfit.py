"""Why a model does not run on an accelerator is said with both numbers."""

import pytest

from plimsoll.engines.vllm import ENGINE
from plimsoll.ground.units import GIB
from plimsoll.sizing.limits import HOST, MEMORY, PRECISION
from plimsoll.sizing.memory.fit import MemoryFit
from plimsoll.sizing.memory.misfit import cache_reasons, memory_reasons, split_reasons
from plimsoll.sizing.memory.placement import Placement
from tests.make.facts import accelerator
from tests.make.memory import fitted
from tests.make.models import model

H100 = accelerator("H100-80GB", memory_bytes=80 * GIB, compute_capability=9.0)
T4 = accelerator("T4", memory_bytes=16 * GIB, compute_capability=7.5)
L4 = accelerator("L4", memory_bytes=22_888 * 2**20, compute_capability=8.9)


def made_at_load(version: str) -> tuple[MemoryFit, Placement]:
    """Qwen2.5-32B in fp8 of its 16-bit checkpoint on one H100, 61 GiB to begin with."""
    placement = Placement(H100, 1, "fp8", made_at_load=True)
    return fitted(model("Qwen2.5-32B"), placement, ENGINE.profile(version, H100), 4096), placement


@pytest.mark.parametrize(
    ("version", "gib", "loads"), [("0.10", 61.0, True), ("0.13", 92.9, False), ("0.22", 32.8, True)]
)
def test_quantising_at_load_takes_what_the_version_holds(version: str, gib: float, *, loads: bool) -> None:
    found, placement = made_at_load(version)
    assert found.loading / GIB == pytest.approx(gib, rel=0.01)
    assert (found.loads, found.fits) == (loads, loads)
    reasons = list(memory_reasons(found, placement, 4096))
    assert [each.code for each in reasons] == ([] if loads else [MEMORY.code])
    if reasons:
        assert "while loading" in reasons[0].message
        assert reasons[0].value == round(found.loading / GIB, 3)


def test_a_checkpoint_of_the_planned_precision_is_loaded_as_it_is() -> None:
    placement = Placement(H100, 1, "fp8")
    found = fitted(model("Qwen2.5-32B"), placement, ENGINE.profile("0.13", H100), 4096)
    assert found.loading == found.weights


def test_what_serving_takes_is_summed_up() -> None:
    placement = Placement(L4, 1, "bf16")
    found = fitted(model("Qwen2.5-32B"), placement, ENGINE.profile("0.22", L4), 4096)
    (reason,) = memory_reasons(found, placement, 4096)
    assert reason.code == MEMORY.code
    assert "bf16 weights" in reason.message
    assert isinstance(reason.value, float)
    assert reason.value > 61


def test_an_8_bit_cache_needs_a_card_that_has_kernels_for_it() -> None:
    (reason,) = cache_reasons("vllm", Placement(T4, 1, "fp16", kv_precision="fp8"))
    assert reason.code == PRECISION.code
    assert "7.5" in reason.message
    assert not list(cache_reasons("vllm", Placement(L4, 1, "fp16", kv_precision="fp8")))
    assert not list(cache_reasons("vllm", Placement(T4, 1, "fp16")))


def test_a_split_that_cannot_be_names_the_heads() -> None:
    (reason,) = split_reasons(model("Qwen2.5-7B"), 8)
    assert (reason.code, reason.value) == (HOST.code, 8)
    assert not list(split_reasons(model("Llama-3.1-8B"), 8))
