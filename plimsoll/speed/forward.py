"""A batch takes a time on a server of whole requests: encoders, images, speech, pictures."""

from collections.abc import Callable

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.precision import read_bits
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.speed.evidence import Sought
from plimsoll.speed.facts import SpeedFacts, compute_dtype

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

    t(b) = launches + b · host + ((read)^q + (b · FLOPs / reached)^q)^(1/q): the weights are read once a
    pass, every item is computed. `reached` is the fitted share of the dense peak of the precision; of models
    that find things in an image a smaller one, for heads at every scale and the sorting of boxes.
    """
    device = facts.device(accelerator, engine)[0]
    eng = facts.engine(engine)
    dtype = compute_dtype(precision, accelerator)
    peak = accelerator.flops.get(dtype) or accelerator.flops["fp32"]
    share = device.vision if arch.task == "vision" and not arch.heads else device.batch
    share *= facts.tasks.get(dtype, 1.0) * eng.compute
    if arch.task == "diffusion":
        share *= facts.tasks["diffusion"]
    if arch.locates:
        share *= facts.tasks["locates"]
    item = item_flops(arch, tokens) / (peak * min(share, 1.0))
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

    interval = facts.evidence.interval(
        Sought("forward", arch.name, accelerator.name, engine, farther=arch.locates)
    )
    least = max(streamed / accelerator.bandwidth, item_flops(arch, tokens) / peak)
    return ForwardModel(forward_s, interval, least)


def item_flops(arch: Architecture, tokens: float) -> float:
    """FLOPs of one item: the architecture's own figure, or 2 P per token and bidirectional attention.

    An encoder's token costs 2 FLOPs per weight outside the embedding, and 4 · hidden per layer and
    other token (scores and values, no causal half).
    """
    if arch.forward_flops:
        return arch.forward_flops
    blocks = arch.active_params - arch.embedding_params
    return tokens * (2.0 * blocks + 4.0 * arch.hidden * arch.layers * tokens)
