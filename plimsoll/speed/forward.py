"""A batch takes a time on a server of whole requests: encoders, images, speech, pictures."""

from collections.abc import Callable

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.precision import read_bits
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.models.image_size import CLASS_TOK, image_tokens
from plimsoll.speed.coefficients import ACTIVATION_BYTES, FULL_HEAD
from plimsoll.speed.evidence import Sought, batches
from plimsoll.speed.facts import EngineEfficiency, SpeedFacts, compute_dtype

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

    t(b) = launches + b · host + ((read)^q + (b · item)^q)^(1/q): the weights are read once a pass, every
    item is computed: products at the fitted share of the dense peak of the precision (of models that find
    things in an image a smaller one, for heads at every scale and the sorting of boxes), and what attention
    costs beside them (`attended_s`).
    """
    device = facts.device(accelerator, engine)[0]
    eng = facts.engine(engine)
    dtype = compute_dtype(precision, accelerator)
    peak = accelerator.flops.get(dtype) or accelerator.flops["fp32"]
    share = device.vision if arch.task == "vision" and not arch.heads else device.batch
    share *= eng.compute
    if arch.task == "diffusion":
        share *= facts.tasks["diffusion"]
    if arch.locates:
        share *= facts.tasks["locates"]
    pairs = pair_flops(arch, tokens)
    gain = facts.tasks.get(dtype, 1.0) if pairs else 1.0
    item = (item_flops(arch, tokens) - pairs) / (peak * min(share * gain, 1.0))
    at = Reached(
        _attention_peak(accelerator, dtype), share, accelerator.bandwidth * min(device.bandwidth, 1.0)
    )
    item = max(item + attended_s(arch, tokens, eng, at), item_flops(arch, tokens) / peak)
    again = arch.active_params * (arch.passes - 1)
    streamed = (arch.params - arch.embedding_params + again) * read_bits(precision) / 8
    read = streamed / (accelerator.bandwidth * min(device.bandwidth * eng.bandwidth, 1.0))
    launches = device.host * (eng.step_s + eng.layer_s * max(arch.layers, 1)) * arch.passes
    host = device.host * eng.sequence_s
    blend = facts.blend

    def forward_s(batch: float) -> float:
        compute = batch * item
        larger, smaller = (compute, read) if compute > read else (read, compute)
        return launches + batch * host + larger * (1 + (smaller / larger) ** blend) ** (1 / blend)

    farther = arch.locates + facts.strange(accelerator)
    interval = facts.evidence.interval(
        Sought("forward", arch.name, accelerator.name, batches(engine), farther=farther)
    )
    least = max(streamed / accelerator.bandwidth, item_flops(arch, tokens) / peak)
    return ForwardModel(forward_s, interval, least)


WHOLE = ("fp32", "tf32")
"""Precisions at which attention runs too; beside any other it stays at 16 bit."""


def _attention_peak(accelerator: Accelerator, dtype: str) -> float:
    peaks = accelerator.flops
    whole = peaks.get(dtype) or peaks["fp32"]
    return whole if dtype in WHOLE else peaks.get("bf16") or peaks.get("fp16") or whole


@record
class Reached:
    """The peak at which attention runs, the share of a peak that products reach, and bytes per second."""

    peak: float
    share: float
    bandwidth: float


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
