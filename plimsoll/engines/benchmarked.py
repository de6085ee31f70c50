"""Benchmarks ran many engines: their names become the few classes that differ in speed."""

import math

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.registry import generation_engine

REFERENCE = "vllm"
"""The engine that the others' fitted efficiencies are relative to, and that unknown ones are taken for."""

REFERENCE_VERSION = "0.22"
"""Its release that most serving rows were measured on."""

SERVING = (REFERENCE, "sglang", "trtllm")
"""Current serving engines, whose overheads are alike."""

STATIC = ("trtllm-static", "fastertransformer")
"""Engines that run a batch from first to last token before they take the next."""

BATCHED = {"fastertransformer": "fastertransformer-encoders"}
"""Engines whose encoders run kernels of their own (fused attention, no padding), with constants of their own;
those that write text run others."""

UNPACKING = ("llamacpp",)
"""Engines whose kernels unpack 4-bit weights on the fly."""

_CHUNK_TOK = {"llamacpp": 512.0}
"""llama.cpp: a micro-batch of 512 (common.h, n_ubatch)."""

_OTHER_CHUNK_TOK = 8192.0
"""What the other engines put into one step by default."""

_GRAPHED_TOK = {"vllm": 512.0}
"""vLLM replays graphs for steps of up to 512 tokens, prompts among them; what is larger is launched layer by
layer. Source: vLLM, config/compilation.py, max_cudagraph_capture_size."""

_FUSED_TOK = {"fastertransformer": 384.0}
"""FasterTransformer fuses attention of encoders up to 384 tokens; longer ones write their scores to memory.
Source: NVIDIA/FasterTransformer, layers/attention_layers/BaseAttentionLayer.h, getAttentionType."""

_SEQUENCES = {"trtllm": 2048, "trtllm-static": 256, "vllm-early": 256, "sglang": 2048}
"""Sequences an engine runs at most by default. Source: engine defaults as of their releases."""

_OTHER_SEQUENCES = 256

_EARLY_VLLM = (0, 6)
"""vLLM 0.6 (2024-09) moved the API server to its own process and cut host overhead several-fold."""

_FLOODED_VLLM = (0, 12)
"""vLLM 0.11 was reported to read prompts at half the rate while more wait for a slot; older ones are
taken for its like. Rows of 0.12 with 32 prompt tokens for an answer token are not slowed."""

_INFLIGHT_TRTLLM = (0, 10)
"""Tables of TensorRT-LLM up to 0.9 were measured with static batches."""

_SPREADING_TRTLLM = (1, 0)
"""Its performance page runs mixtures with data-parallel attention and expert parallelism since then.
Source: NVIDIA/TensorRT-LLM, docs/source/performance/perf-overview.md of 1.0 and of 1.1."""

_NAMES = (
    (("llama.cpp", "llamacpp", "ollama"), "llamacpp"),
    (("tensorrt-llm", "trtllm", "nim"), "trtllm"),
    (("sglang",), "sglang"),
    (("tgi", "text-generation"), "tgi"),
    (("fastertransformer",), "fastertransformer"),
    (("triton", "onnx"), "triton"),
    (("tensorrt",), "tensorrt"),
    (("pytorch", "tensorflow", "torchserve"), "pytorch"),
    (("vllm",), "vllm"),
)
"""What is part of a name as files write it, and the class; the first that matches."""

_DIGITS = "0123456789"


def engine_class(name: str, version: str) -> str:
    """Name the class of an engine, such as `vllm`, `vllm-early`, `trtllm-static` or `llamacpp`."""
    lowered = name.lower()
    kind = next((kind for parts, kind in _NAMES if any(part in lowered for part in parts)), "")
    if kind == "trtllm":
        return "trtllm-static" if _before(version, _INFLIGHT_TRTLLM, "2024-12") else kind
    if kind == "vllm":
        return "vllm-early" if _before(version, _EARLY_VLLM, "2025-01") else kind
    return kind or REFERENCE


def floods(name: str, version: str) -> bool:
    """Say whether an engine of a release reads prompts more slowly where unread ones never run out."""
    return is_reference(name) and _before(version, _FLOODED_VLLM, "2025-12")


def spreads_experts(name: str, version: str) -> bool:
    """Say whether tables of an engine at maximum load have experts over all ranks, attention in parallel."""
    current = engine_class(name, version) == "trtllm" and _release(version) is not None
    return current and not _before(version, _SPREADING_TRTLLM, "")


def is_reference(name: str) -> bool:
    """Say whether a file means the reference engine by a name, whatever its release or build."""
    return name.lower().startswith(REFERENCE)


def chunk_tokens(engine: str, accelerator: Accelerator) -> float:
    """Prompt tokens that an engine class puts into one step by default."""
    if engine == REFERENCE:
        return float(generation_engine(engine).profile(REFERENCE_VERSION, accelerator).batched_tok)
    return _CHUNK_TOK.get(engine, _OTHER_CHUNK_TOK)


def graphed_tokens(engine: str) -> float:
    """Tokens up to which an engine class captures the steps that read prompts as graphs; 0: none."""
    return _GRAPHED_TOK.get(engine, 0.0)


def fused_tokens(engine: str) -> float:
    """Tokens up to which an engine class keeps scores of encoders out of memory; today's have no limit."""
    return _FUSED_TOK.get(engine, math.inf)


def most_sequences(engine: str, accelerator: Accelerator) -> float:
    """Sequences that an engine class runs at most by default."""
    if engine == REFERENCE:
        return float(generation_engine(engine).profile(REFERENCE_VERSION, accelerator).sequences)
    return float(_SEQUENCES.get(engine, _OTHER_SEQUENCES))


def _before(version: str, edge: tuple[int, int], day: str) -> bool:
    """Say whether a version, or a date in its place, is older; an unreadable one is taken for current."""
    year = version[:4]
    if len(year) == 4 and year.startswith("20") and year.isdecimal():
        return version[:7] < day
    number = _release(version)
    return number is not None and number < edge


def _release(version: str) -> tuple[int, int] | None:
    """Read `0.11` of `v0.11.2rc1`; None where it does not begin with two numbers.

    Without an expression, whose first use took 3 million instructions, as much as many a table.
    """
    major, _, rest = version.removeprefix("v").partition(".")
    minor = rest[: len(rest) - len(rest.lstrip(_DIGITS))]
    return (int(major), int(minor)) if major.isdecimal() and minor else None
