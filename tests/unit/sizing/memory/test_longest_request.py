"""The longest request is what the model takes, what the cache holds, or what the spec says."""

from typing import Any

import pytest

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.registry import generation_engine
from plimsoll.models.architecture import Architecture
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.sizing.memory.fit import MemoryFit
from plimsoll.sizing.memory.longest_request import CACHE_SHARE, LongestRequest
from plimsoll.sizing.memory.placement import Placement
from plimsoll.spec.load import Load
from tests.make.memory import fitted
from tests.make.worlds import real


def longest(architecture: Architecture, **load: Any) -> LongestRequest:
    return LongestRequest.of(Load.model_validate({"qps": 1, **load}), architecture)


def memory_on(name: str, architecture: Architecture, asked: LongestRequest) -> MemoryFit:
    accelerator: Accelerator = real().accelerators[name]
    engine = generation_engine("vllm").profile("0.22", accelerator)
    return fitted(architecture, Placement(accelerator), engine, asked.must_fit)


def model(name: str) -> Architecture:
    found = real().model(name)
    assert found is not None
    return found


def test_a_large_card_serves_the_whole_context() -> None:
    asked = longest(model("Llama-3.1-8B"))
    assert asked.admitted(memory_on("H100-80GB", model("Llama-3.1-8B"), asked)) == 131_072


def test_a_small_card_serves_what_its_cache_holds_with_a_margin_for_what_engines_find() -> None:
    llama = model("Llama-3.1-8B")
    asked = longest(llama)
    memory = memory_on("L4", llama, asked)
    admitted = asked.admitted(memory)
    assert admitted % memory.engine.block_tok == 0
    # 131,072 bytes of cache a token: 32 layers × 8 K/V heads × 128 × 2 × 2 bytes
    assert admitted == pytest.approx(CACHE_SHARE * memory.kv_cache / 131_072, abs=16)
    assert memory.sequence_bytes(admitted) <= memory.kv_cache


def test_a_request_within_windows_takes_less_cache_than_its_length() -> None:
    """Five of six layers of gemma 3 keep a window of 1,024 tokens; the others alone grow with a request."""
    gemma = model("google/gemma-3-12b-it")
    asked = longest(gemma)
    memory = memory_on("L40S", gemma, asked)
    if all(group.window_tok == 0 for group in gemma.attention):
        pytest.skip("the catalogue's gemma has no windows")
    each = sum(2 * 2 * group.layers * group.kv_heads * group.head_dim for group in gemma.attention)
    assert memory.longest_tok(gemma.max_context_tok) > 2 * memory.kv_cache / each


@pytest.mark.parametrize("name", ["Llama-3.1-8B", "google/gemma-3-4b-it", "tiiuae/falcon-mamba-7b-instruct"])
def test_nothing_longer_fits(name: str) -> None:
    architecture = model(name)
    memory = memory_on("L4", architecture, longest(architecture))
    if not memory.fits:
        pytest.skip("it does not fit at all")
    found = memory.longest_tok(10_000_000)
    assert memory.sequence_bytes(found) <= memory.kv_cache
    assert found == 10_000_000 or memory.sequence_bytes(found + memory.engine.block_tok) > memory.kv_cache


def test_what_the_spec_says_is_served_and_must_fit() -> None:
    asked = longest(model("Llama-3.1-8B"), max_tokens=32_768)
    admitted = asked.admitted(memory_on("H100-80GB", model("Llama-3.1-8B"), asked))
    assert (asked.must_fit, admitted) == (32_768, 32_768)


def test_a_context_that_nobody_knows_is_no_promise() -> None:
    """A model that is described by its size alone is served what its requests need, rounded up."""
    described = from_size("ours", KnownSize(params_b=8))
    asked = longest(
        described, input_tokens={"mean": 900, "p95": 2000}, output_tokens={"mean": 220, "p95": 500}
    )
    assert asked.admitted(memory_on("H100-80GB", described, asked)) == 2560


def test_it_is_never_below_what_the_requests_need() -> None:
    llama = model("Llama-3.1-8B")
    asked = longest(
        llama, input_tokens={"mean": 20_000, "p95": 25_000}, output_tokens={"mean": 100, "p95": 200}
    )
    memory = memory_on("L4", llama, asked)
    assert memory.fits
    assert asked.admitted(memory) >= 25_200
