"""A batch takes a time on a server of whole requests: encoders, images, speech, pictures."""

import math
from collections.abc import Callable

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import BATCHED, fused_tokens
from plimsoll.engines.precision import read_bits
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.models.image_size import CLASS_TOK, image_tokens
from plimsoll.speed.coefficients import ACTIVATION_BYTES, FULL_HEAD
from plimsoll.speed.evidence import Sought, batches
from plimsoll.speed.facts import Device, EngineEfficiency, SpeedFacts, compute_dtype

SERVER_ENGINE = "tensorrt"
"""The engine whose constants a plan uses where the spec names none."""


@record
class ForwardModel:
    """`forward_s` maps a batch size to seconds; `interval` is measured ÷ estimated at 10 and 90 %.

    `least_s` is what the data sheet allows for one item: bytes ÷ bandwidth, or FLOPs ÷ peak.
    """

    forward_s: Callable[[float], float]
    interval: tuple[float, float]
    least_s: float


def forward_model(
    facts: SpeedFacts,
    arch: Architecture,
    accelerator: Accelerator,
    precision: str,
    tokens: float,
    engine: str = SERVER_ENGINE,
) -> ForwardModel:
    """Time of one batch of whole requests of `tokens` tokens (encoders), or of one item each.

    t(b) = launches + b · (host + beside) + ((read)^q + (b · products)^q)^(1/q): the weights are read once a
    pass, every item is multiplied with them at the share of the dense peak that is reached (`_shared`).
    Attention has kernels of its own, which read no weights: it stands beside (`attended_s`), as in a step.
    """
    device = facts.device(accelerator, engine)[0]
    eng = facts.engine(BATCHED.get(engine, engine))
    dtype = compute_dtype(precision, accelerator)
    peak = accelerator.flops.get(dtype) or accelerator.flops["fp32"]
    pairs, work = pair_flops(arch, tokens), item_flops(arch, tokens)
    share = eng.compute * _shared(facts, arch, device, dtype)
    gain = facts.tasks.get(_kernels(accelerator, dtype), 1.0) if pairs else 1.0
    products = (work - pairs) / (peak * min(share * gain, 1.0))
    bandwidth = accelerator.bandwidth * min(device.bandwidth, 1.0)
    at = Reached(_attention_peak(accelerator, dtype), share, bandwidth, fused_tokens(engine))
    beside = max(attended_s(arch, tokens, eng, at), work / peak - products)
    again = arch.active_params * (arch.passes - 1)
    streamed = (arch.params - arch.embedding_params + again) * read_bits(precision) / 8
    read = streamed / (accelerator.bandwidth * min(device.bandwidth * eng.bandwidth, 1.0))
    launches = device.host * (eng.step_s + eng.layer_s * max(arch.layers, 1)) * arch.passes
    host = device.host * eng.sequence_s
    blend = facts.blend

    def forward_s(batch: float) -> float:
        compute = batch * products
        larger, smaller = (compute, read) if compute > read else (read, compute)
        return launches + batch * (host + beside) + larger * (1 + (smaller / larger) ** blend) ** (1 / blend)

    farther = one_source(arch, dtype) + facts.strange(accelerator)
    interval = facts.evidence.interval(
        Sought("forward", arch.name, accelerator.name, batches(engine), farther=farther)
    )
    least = max(streamed / accelerator.bandwidth, work / peak)
    return ForwardModel(forward_s, interval, least)


def _shared(facts: SpeedFacts, arch: Architecture, device: Device, dtype: str) -> float:
    """Share of the dense peak that products reach, before the engine's own.

    Models that find things in an image reach less, for heads at every scale and the sorting of boxes. So do
    those that draw one; in 8-bit floats a fifth more than in 8-bit integers, beside which attention stays at
    16 bit.
    """
    if arch.task == "diffusion":
        eight = facts.tasks["diffusion_fp8"] if dtype == "fp8" else 1.0
        return device.batch * facts.tasks["diffusion"] * eight
    share = device.vision if arch.task == "vision" and not arch.heads else device.batch
    return share * (facts.tasks["locates"] if arch.locates else 1.0)


def _kernels(accelerator: Accelerator, dtype: str) -> str:
    """Name the kernels that multiply text and patches: those of 8-bit floats were written for sm_90.

    On parts before it the same engine falls back to others, and gains nothing over 16 bit.
    """
    older = (accelerator.compute_capability or 0.0) < TUNED_FLOATS
    return "fp8_ada" if dtype == "fp8" and older else dtype


def one_source(arch: Architecture, dtype: str) -> bool:
    """Say whether a constant that rests on one source stands behind an estimate: its interval is wider.

    Detectors, and whole requests in 8-bit floats, were measured in one suite alone (MLPerf).
    """
    return arch.locates or dtype == "fp8"


TUNED_FLOATS = 9.0
"""Compute capability from which kernels for 8-bit floats keep up with those for 8-bit integers."""

WHOLE = ("fp32", "tf32")
"""Precisions at which attention runs too; beside any other it stays at 16 bit."""


def _attention_peak(accelerator: Accelerator, dtype: str) -> float:
    peaks = accelerator.flops
    whole = peaks.get(dtype) or peaks["fp32"]
    return whole if dtype in WHOLE else peaks.get("bf16") or peaks.get("fp16") or whole


@record
class Reached:
    """The peak at which attention runs, the share of a peak that products reach, and bytes per second.

    Scores of at most `fused_tok` tokens never cross memory.
    """

    peak: float
    share: float
    bandwidth: float
    fused_tok: float = math.inf


SCORES_CROSS = 4
"""How often scores that are not fused cross memory: the softmax reads and writes them, each product once."""


def attended_s(arch: Architecture, tokens: float, engine: EngineEfficiency, at: Reached) -> float:
    """Seconds of one item beside its products with weights: scores and values, and what crosses memory.

    Scores and values stay at 16 bit whatever the weights, at the engine's share for attention; narrow heads
    reach less. Everything between products (norms, biases, softmax, changes of format) crosses memory
    `activation` times a layer. Were attention at the peak of 8 bits, BERT on TensorRT would be 10.8 % off at
    the median in place of 7.6, and ViT-L 11.7 in place of 6.6.
    """
    length = sequence_tok(arch, tokens)
    if not length:
        return 0.0
    narrow = min(1.0, (arch.hidden / arch.heads / FULL_HEAD) ** 0.5)
    multiplied = at.peak * min(at.share * engine.attention * narrow, 1.0)
    crossed = engine.activation * arch.hidden * arch.layers * length * ACTIVATION_BYTES
    if length > at.fused_tok:
        crossed += SCORES_CROSS * arch.heads * arch.layers * length * length * ACTIVATION_BYTES
    return pair_flops(arch, tokens) / multiplied + crossed / at.bandwidth


def sequence_tok(arch: Architecture, tokens: float) -> float:
    """Count the tokens that attend to each other: a text's, an image's patches; 0 without attention."""
    if not arch.heads or not arch.layers or not arch.hidden:
        return 0.0
    if not arch.forward_flops:
        return tokens
    patches = image_tokens(arch, arch.image_px)
    return float(patches + CLASS_TOK) if patches else 0.0


def pair_flops(arch: Architecture, tokens: float) -> float:
    """FLOPs of scores and values of one item: 4 · hidden per layer and pair of tokens, no causal half."""
    length = sequence_tok(arch, tokens)
    pairs = 4.0 * arch.hidden * arch.layers * length * length
    return min(pairs, arch.forward_flops) if arch.forward_flops else pairs


def item_flops(arch: Architecture, tokens: float) -> float:
    """FLOPs of one item: the architecture's own figure, or 2 P per token and bidirectional attention.

    An encoder's token costs 2 FLOPs per weight outside the embedding, and what it attends to.
    """
    if arch.forward_flops:
        return arch.forward_flops
    return tokens * 2.0 * (arch.active_params - arch.embedding_params) + pair_flops(arch, tokens)
