"""How long one batch takes on a server that answers whole requests: encoders, images, speech, pictures."""

from collections.abc import Callable
from dataclasses import dataclass

from plimsoll.architecture import Architecture
from plimsoll.catalog import Accelerator
from plimsoll.memory import weight_bytes
from plimsoll.speed.facts import SpeedFacts, compute_dtype
from plimsoll.speed.step import step_model

LAUNCH_S = 1e-3
"""Host time per batch: request handling and kernel launches. Assumption."""


@dataclass(frozen=True, slots=True)
class ForwardModel:
    """`forward_s` maps a batch size to seconds; `interval` is measured ÷ estimated at 10 and 90 %."""

    forward_s: Callable[[float], float]
    interval: tuple[float, float]


def forward_model(
    facts: SpeedFacts, arch: Architecture, accelerator: Accelerator, precision: str, tokens: float
) -> ForwardModel:
    """Time of one batch of whole requests of `tokens` tokens (encoders), or of one item each."""
    _, basis = facts.device(accelerator)
    interval = facts.interval("throughput", basis)
    if arch.task == "encoder":
        model = step_model(facts, arch, accelerator, weights=precision)
        return ForwardModel(lambda batch: LAUNCH_S + model.prefill_s(tokens, 0.0, batch), interval)
    device, _ = facts.device(accelerator)
    dtype = compute_dtype(precision, accelerator)
    peak = accelerator.flops.get(dtype) or accelerator.flops["fp32"]
    item_s = arch.forward_flops / (peak * device.compute)
    read_s = weight_bytes(arch, precision) / (accelerator.bandwidth * device.bandwidth)
    return ForwardModel(lambda batch: LAUNCH_S + max(read_s, batch * item_s), interval)
