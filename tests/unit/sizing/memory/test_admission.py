"""The engine is told the greatest number of requests that agrees with the memory which they take."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.engines.base import EngineKeys
from plimsoll.engines.vllm import ENGINE
from plimsoll.ground.units import GIB
from plimsoll.sizing.memory.admission import admitted, most_sequences
from plimsoll.sizing.memory.placement import Placement
from tests.make.facts import accelerator
from tests.make.memory import fitted
from tests.make.models import model

H100 = accelerator("H100-80GB", memory_bytes=80 * GIB, compute_capability=9.0)
PROFILE = ENGINE.profile("0.22", H100)
LLAMA = model("Llama-3.1-8B")


@given(st.integers(100, 60_000), st.sampled_from([1, 2]), st.sampled_from(["bf16", "fp8"]))
def test_one_more_request_would_not_hold(mean: int, split: int, precision: str) -> None:
    placement, longest = Placement(H100, split, precision), 2 * mean
    found = admitted(LLAMA, placement, PROFILE, longest, mean)
    told = found.engine.sequences
    assert found.max_sequences(mean) == told
    if told < most_sequences(PROFILE):
        more = fitted(LLAMA, placement, replace(PROFILE, sequences=told + 1), longest)
        assert (told + 1) * more.sequence_bytes(mean) > more.kv_cache or not more.fits


def test_a_model_fits_with_few_requests_where_the_default_number_would_not() -> None:
    """gpt-oss-120b on one H100: the sampler of 1,024 requests alone takes 7.4 GiB."""
    moe, placement = model("gpt-oss-120b"), Placement(H100, 1, "fp4")
    assert not fitted(moe, placement, PROFILE, 32_000).fits
    found = admitted(moe, placement, PROFILE, 32_000, 32_000)
    assert found.fits
    assert 1 <= found.engine.sequences < 100


def test_what_does_not_fit_with_one_request_fits_with_none() -> None:
    found = admitted(model("Llama-3.3-70B"), Placement(H100, 1, "bf16"), PROFILE, 2_400, 1_200)
    assert (found.fits, found.engine.sequences, found.max_sequences(1_200)) == (False, 1, 0)


@pytest.mark.parametrize("number", [1, 7, 4096])
def test_a_number_that_the_spec_sets_is_taken_and_paid_for(number: int) -> None:
    told = PROFILE.telling(EngineKeys(max_num_seqs=number))
    found = admitted(LLAMA, Placement(H100), told, 4_000, 2_000)
    assert found.engine.sequences == number
    free = admitted(LLAMA, Placement(H100), PROFILE, 4_000, 2_000)
    assert (found.activations > free.activations) == (number > free.engine.sequences)
    assert found.max_sequences(2_000) <= number


def test_a_step_of_few_tokens_runs_few_requests() -> None:
    told = PROFILE.telling(EngineKeys(max_num_batched_tokens=64))
    found = admitted(LLAMA, Placement(H100), told, 4_000, 2_000)
    assert found.engine.sequences == 64
