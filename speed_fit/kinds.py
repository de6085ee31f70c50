"""Kinds of work have medians of their own beside the subsets: what a subset's median would hide.

Rows of tier B count where the kind has few others, with published prompt lengths; a caveat of a source is
then part of the figure.
"""

from collections.abc import Callable

from plimsoll.engines.benchmarked import engine_class
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.accuracy.score import Subset

TIERS = ("A", "B")
_MIXTURES = (
    "Mixtral-8x7B",
    "Mixtral-8x22B",
    "Llama-4-Scout",
    "Llama-4-Maverick",
    "Qwen3-30B-A3B",
    "DeepSeek-V3/R1",
)
_LATENT = ("DeepSeek-V3/R1", "Kimi-K2.5")
_LOOPS = ("inferencex", "nvidia-aic-silicon")

Holds = Callable[[Point, Question], bool]


def _clean(holds: Holds) -> Holds:
    return lambda point, question: point.tier == "A" and holds(point, question)


def _of(group: str, engine: str, metric: str) -> Holds:
    return lambda point, question: (
        point.group == group
        and question.metric == metric
        and engine_class(question.engine, question.version) == engine
    )


def _mlperf(group: str, scenario: str) -> Holds:
    return lambda point, question: (
        point.family == "mlperf-inference" and point.group == group and question.scenario == scenario
    )


def _loop(metric: str, groups: tuple[str, ...] | None = None) -> Holds:
    return _clean(
        lambda point, question: (
            point.family in _LOOPS and question.metric == metric and (groups is None or point.group in groups)
        )
    )


KINDS = (
    Subset("K", "encoders in batches, FasterTransformer: latency", lambda point, question: (
        point.family == "fastertransformer" and question.task == "embedding"
    )),
    Subset("K", "encoders at full load, MLPerf: requests/s", _mlperf("BERT-large", "offline")),
    Subset("K", "encoders behind a server, MLPerf: requests/s", _mlperf("BERT-large", "server")),
    Subset("K", "ViT-B in batches: latency", lambda point, _: point.group.startswith("ViT-B")),
    Subset("K", "ViT-L in batches: latency", lambda point, _: point.group.startswith("ViT-L")),
    Subset("K", "detectors (RetinaNet): images/s", lambda point, _: point.group == "RetinaNet"),
    Subset("K", "pictures (SDXL): images/s", lambda point, _: point.group == "SDXL"),
    Subset("K", "classifiers under Triton and PyTorch: images/s", _clean(lambda point, _: (
        point.family == "nvidia-dle" and point.group == "ResNet-50"
    ))),
    Subset("K", "gpt-oss in MXFP4, TensorRT-LLM: TPOT", _of("gpt-oss-120b", "trtllm", "tpot_ms")),
    Subset("K", "gpt-oss in MXFP4, TensorRT-LLM: TTFT", _of("gpt-oss-120b", "trtllm", "ttft_ms")),
    Subset("K", "gpt-oss in MXFP4, vLLM: TPOT", _clean(_of("gpt-oss-120b", "vllm", "tpot_ms"))),
    Subset("K", "latent attention, closed loops: TPOT", _loop("tpot_ms", _LATENT)),
    Subset("K", "closed loops: TTFT", _loop("ttft_ms")),
    Subset("K", "mixtures at maximum load, TensorRT-LLM: output tok/s", _clean(lambda point, question: (
        point.family == "trtllm-docs" and question.load is None and point.group in _MIXTURES
    ))),
    Subset("K", "static batches of TensorRT-LLM up to 0.9: output tok/s", _clean(lambda _, question: (
        engine_class(question.engine, question.version) == "trtllm-static"
        and question.metric == "output_tok_s"
    ))),
    Subset("K", "prompts alone: TTFT", _clean(lambda _, question: (
        question.task == "llm_prefill" and question.metric == "ttft_ms"
    ))),
    Subset("K", "training of mixtures: tok/s", _clean(lambda point, question: (
        question.task == "train" and point.group in ("DeepSeek-V3", "Qwen3-30B-A3B")
    ))),
)  # fmt: skip
"""What is scored beside the subsets of the reference; the ledger holds each."""
