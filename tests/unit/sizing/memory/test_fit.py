"""Memory of one accelerator, against engines that were measured, and the laws it must obey."""

from dataclasses import replace

import pytest

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.precision import PRECISIONS, precision_problem
from plimsoll.engines.vllm import ENGINE, fraction
from plimsoll.ground.problems import SpecError
from plimsoll.ground.units import GIB
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token, sequence_bytes
from plimsoll.sizing.memory.misfit import tensor_parallel_problem
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.step import step_bytes
from plimsoll.sizing.memory.weights import weight_bytes
from tests.make.facts import accelerator
from tests.make.memory import fitted
from tests.make.models import model
from tests.make.published_counts import AVAILABLE_KV_GIB, KV_BYTES_PER_TOKEN, LOADED_GIB

H100 = accelerator("H100-80GB", memory_bytes=80 * GIB, compute_capability=9.0)
A100 = accelerator("A100-80GB", memory_bytes=80 * GIB, compute_capability=8.0)
T4 = accelerator("T4", memory_bytes=16 * GIB, compute_capability=7.5)
L4 = accelerator("L4", memory_bytes=22_888 * 2**20, compute_capability=8.9)


@pytest.mark.parametrize(("name", "expected"), KV_BYTES_PER_TOKEN.items())
def test_cache_bytes_per_token_are_exact(name: str, expected: int) -> None:
    assert kv_bytes_per_token(model(name)) == expected


@pytest.mark.parametrize(("name", "precision"), LOADED_GIB)
def test_weights_are_what_an_engine_loads(name: str, precision: str) -> None:
    measured = LOADED_GIB[name, precision]
    assert weight_bytes(model(name), precision) / GIB == pytest.approx(measured, rel=0.01)


@pytest.mark.parametrize(("name", "precision", "split", "share"), AVAILABLE_KV_GIB)
def test_the_cache_is_what_an_engine_found_left(name: str, precision: str, split: int, share: float) -> None:
    engine = replace(ENGINE.profile("0.11", H100), fraction=share)
    found = fitted(model(name), Placement(H100, split, precision), engine, 8192)
    assert found.kv_cache / GIB == pytest.approx(AVAILABLE_KV_GIB[name, precision, split, share], abs=0.15)


@pytest.mark.parametrize("version", ["0.11", "0.19", "0.21", "0.22"])
@pytest.mark.parametrize(
    ("name", "precision", "length"), [("Llama-3.3-70B", "fp8", 2_400), ("Qwen3-32B", "bf16", 32_768)]
)
def test_what_does_not_start_on_one_h100_is_refused(
    name: str, precision: str, length: int, version: str
) -> None:
    found = fitted(model(name), Placement(H100, 1, precision), ENGINE.profile(version, H100), length)
    assert not found.fits
    assert found.shortfall > 0
    assert found.max_sequences(1_200) == 0


def test_the_parts_make_up_what_the_engine_may_use() -> None:
    found = fitted(model("Llama-3.1-8B"), Placement(H100), ENGINE.profile("0.22", H100), 4096)
    assert found.usable == int(0.92 * 80 * GIB)
    assert found.weights + found.activations + found.kv_cache == found.usable


@pytest.mark.parametrize(
    ("version", "share"),
    [
        ("0.9", 0.9),
        ("v0.11.2", 0.9),
        ("0.19", 0.9),
        ("0.20", 0.9),
        ("0.22", 0.92),
        ("0.22.1", 0.92),
        ("1.0", 0.92),
    ],
)
def test_the_engine_fraction_follows_the_version(version: str, share: float) -> None:
    assert fraction(version) == share


@pytest.mark.parametrize("version", ["", "latest", "0", "zero.two", "0.22\n0", "9" * 40 + ".1"])
def test_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(SpecError) as refused:
        fraction(version)
    assert refused.value.problems[0].path == "engine.version"


def test_large_devices_get_large_steps_except_a100() -> None:
    large, exception, small = (ENGINE.profile("0.22", part) for part in (H100, A100, L4))
    assert (large.batched_tok, large.sequences) == (8192, 1024)
    assert (exception.batched_tok, exception.sequences) == (2048, 256)
    assert (small.batched_tok, small.sequences) == (2048, 256)


def test_small_cards_reserve_less_than_large_ones() -> None:
    """The reserve scales with requests × vocabulary: an H100's would leave an L4 without cache."""
    large = step_bytes(model("Llama-3.1-8B"), 1, 8192, 1024)
    small = step_bytes(model("Llama-3.1-8B"), 1, 2048, 256)
    assert large > 3.5 * small
    assert fitted(model("Llama-3.1-8B"), Placement(L4), ENGINE.profile("0.22", L4), 8192).fits


def test_mla_is_held_whole_by_every_rank() -> None:
    deepseek = model("DeepSeek-V3")
    assert sequence_bytes(deepseek, 4096, 8) == sequence_bytes(deepseek, 4096, 1) == 256 * 16 * 70_272


def test_kv_heads_are_copied_beyond_their_number() -> None:
    llama = model("Llama-3.1-8B")
    one, eight, sixteen = (sequence_bytes(llama, 1600, ranks) for ranks in (1, 8, 16))
    assert one == 8 * eight
    assert sixteen == eight


def test_a_window_stops_the_cache_from_growing() -> None:
    mistral = model("Mistral-7B-v0.1")
    block = 16 * kv_bytes_per_token(mistral)
    assert sequence_bytes(mistral, 4096) == 4096 // 16 * block
    assert sequence_bytes(mistral, 8_000) == sequence_bytes(mistral, 30_000) == (4096 // 16 + 1) * block
    assert sequence_bytes(mistral, 4000) < sequence_bytes(mistral, 4096)


def test_hybrids_are_a_state_and_a_slope() -> None:
    hybrid = model("Nemotron-3-Nano-30B-A3B")
    linear = next(group for group in hybrid.attention if group.kind == "linear")
    assert kv_bytes_per_token(hybrid) == 6 * 2 * 2 * 128 * 2
    block = 16 * -(-linear.state_bytes // (16 * 2 * 2 * 128 * 2))
    slope = sequence_bytes(hybrid, 20 * block) - sequence_bytes(hybrid, 10 * block)
    assert slope == 10 * block * kv_bytes_per_token(hybrid)
    state = sequence_bytes(hybrid, 10 * block) - slope
    page = block * 2 * 2 * 128 * 2
    assert linear.state_bytes <= page
    assert state == -(-linear.layers // 6) * 6 * page


def test_a_cache_in_8_bit_holds_twice_as_much() -> None:
    llama = model("Llama-3.1-8B")
    engine = ENGINE.profile("0.22", H100)
    wide = fitted(llama, Placement(H100), engine, 8192)
    narrow = fitted(llama, Placement(H100, kv_precision="fp8"), engine, 8192)
    assert narrow.sequence_bytes(8192) * 2 == wide.sequence_bytes(8192)
    assert kv_bytes_per_token(llama, "fp8") * 2 == kv_bytes_per_token(llama)


def test_quantised_checkpoints_keep_the_vocabulary_in_16_bit() -> None:
    llama = model("Llama-3.2-1B")
    assert weight_bytes(llama, "fp8") > llama.params
    assert weight_bytes(llama, "fp8") == pytest.approx(llama.params + llama.embedding_params, rel=0.001)


def test_gpt_oss_files_are_smaller_than_what_is_loaded() -> None:
    """65.25 GB of files; the expert kernels pad the stream to 3,072, and a rank's width as each needs it."""
    moe = model("gpt-oss-120b")
    assert moe.experts is not None
    unpadded = replace(moe, hidden=2816)
    assert weight_bytes(unpadded, "fp4") == pytest.approx(65.25e9, rel=0.005)
    assert weight_bytes(moe, "fp4") > 1.05 * weight_bytes(unpadded, "fp4")


@pytest.mark.parametrize(
    ("name", "capability", "logged"),
    [("gpt-oss-120b", 9.0, 64.38), ("gpt-oss-120b", 8.0, 65.9651), ("gpt-oss-20b", 8.0, 13.72)],
)
def test_each_fp4_kernel_pads_as_engines_log_it(name: str, capability: float, logged: float) -> None:
    """Triton on Hopper; Marlin below (vllm-project/vllm issue 23278; myoceane.fr, 2026-04-18)."""
    assert weight_bytes(model(name), "fp4", 1, capability) / GIB == pytest.approx(logged, rel=0.005)


def test_a_rank_of_a_mixture_holds_more_than_its_share() -> None:
    """Routers are whole on each, and a share of an expert is padded anew."""
    moe, routed = model("gpt-oss-120b"), model("Qwen3-30B-A3B")
    assert routed.experts is not None
    routers = 2 * routed.experts.count * routed.hidden * routed.experts.layers
    beyond = 4 * weight_bytes(routed, "bf16", 4) - weight_bytes(routed, "bf16")
    assert beyond == pytest.approx(3 * routers, rel=0.01)
    shares = [split * weight_bytes(moe, "fp4", split, 8.0) for split in (1, 2, 4, 8)]
    assert shares == sorted(shares)
    assert 8 * weight_bytes(moe, "fp4", 8, 10.0) > 1.2 * shares[0]


def served(part: Accelerator) -> tuple[str, ...]:
    """The precisions that an accelerator can serve, in the order of the spec."""
    return tuple(name for name in PRECISIONS if not precision_problem(part, name))


def test_precisions_follow_the_hardware() -> None:
    assert "bf16" not in served(T4)
    assert {"fp16", "int8", "int4"} <= set(served(T4))
    assert "fp8" in served(A100)
    assert served(H100) == PRECISIONS
    assert "7.5" in precision_problem(T4, "bf16")
    assert served(accelerator("Trainium2", cuda=False, compute_capability=None)) == ()


@pytest.mark.parametrize(
    ("name", "split", "possible"),
    [
        ("Llama-3.1-8B", 8, True),
        ("Llama-3.1-8B", 3, False),
        ("phi-4", 2, True),
        ("phi-4", 4, False),
        ("Qwen2.5-7B", 8, False),
        ("Llama-4-Scout", 8, True),
        ("DeepSeek-V3", 16, True),
        ("gpt-oss-120b", 8, True),
    ],
)
def test_not_every_model_splits(name: str, split: int, *, possible: bool) -> None:
    assert (tensor_parallel_problem(model(name), split) == "") is possible
