"""Names and releases of engines as benchmark files write them."""

import pytest

from plimsoll.engines.benchmarked import floods


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
