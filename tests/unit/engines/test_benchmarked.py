"""Names and releases of engines as benchmark files write them."""

import pytest

from plimsoll.engines.benchmarked import BATCHED, floods, fused_tokens
from plimsoll.speed.read import load_speed


@pytest.mark.parametrize(
    ("name", "version", "slower"),
    [
        ("vLLM", "0.11", True),
        ("vllm", "v0.11.2", True),
        ("vLLM", "0.9.1", True),
        ("vLLM", "0.12.0", False),
        ("vLLM", "0.22.1", False),
        ("vLLM", "", False),
        ("vLLM", "2026-02", False),
        ("TensorRT-LLM", "0.9", False),
        ("SGLang", "0.5", False),
    ],
)
def test_old_releases_of_vllm_flood(name, version, slower):
    assert floods(name, version) == slower


def test_encoders_of_an_engine_that_writes_text_too_have_constants_of_their_own():
    engines = load_speed().engines
    for text, encoders in BATCHED.items():
        assert engines[text] != engines[encoders]


def test_only_an_engine_of_old_writes_the_scores_of_long_inputs_to_memory():
    assert fused_tokens("fastertransformer") == 384
    assert fused_tokens("tensorrt") == fused_tokens("vllm") == float("inf")
