"""Engine names and versions as files write them, to the few classes that differ in speed."""

import re

_EARLY_VLLM = (0, 6)
"""vLLM 0.6 (2024-09) moved the API server to its own process and cut host overhead several-fold."""

_INFLIGHT_TRTLLM = (0, 10)
"""Tables of TensorRT-LLM up to 0.9 were measured with static batches."""


def engine_class(name: str, version: str) -> str:
    """The class of an engine, such as `vllm`, `vllm-early`, `trtllm`, `trtllm-static` or `llamacpp`."""
    lowered = name.lower()
    if "llama.cpp" in lowered or "llamacpp" in lowered or "ollama" in lowered:
        return "llamacpp"
    if "tensorrt-llm" in lowered or "trtllm" in lowered or "nim" in lowered:
        return "trtllm-static" if _before(version, _INFLIGHT_TRTLLM, "2024-12") else "trtllm"
    if "sglang" in lowered:
        return "sglang"
    if "tgi" in lowered or "text-generation" in lowered:
        return "tgi"
    if "fastertransformer" in lowered:
        return "fastertransformer"
    if "triton" in lowered or "onnx" in lowered:
        return "triton"
    if "tensorrt" in lowered:
        return "tensorrt"
    if "pytorch" in lowered or "tensorflow" in lowered or "torchserve" in lowered:
        return "pytorch"
    if "vllm" in lowered:
        return "vllm-early" if _before(version, _EARLY_VLLM, "2025-01") else "vllm"
    return "vllm"


def _before(version: str, edge: tuple[int, int], day: str) -> bool:
    """Whether a version, or a date in its place, is older; an unreadable one is taken for current."""
    if re.match(r"20\d\d", version):
        return version[:7] < day
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return bool(found) and (int(found[1]), int(found[2])) < edge  # type: ignore[index]
