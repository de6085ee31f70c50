"""Coefficients say what a step costs, in seconds per byte, FLOP, token or call: data sheet × constants.

Each function answers one kind; `plimsoll.speed.step` puts them together. Reached rates never exceed the
data sheet's, whatever was fitted.
"""

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import UNPACKING
from plimsoll.ground.start_up import record
from plimsoll.speed.facts import Device, EngineEfficiency, SpeedFacts, compute_dtype, is_switched
from plimsoll.speed.step_work import StepWork

ACTIVATION_BYTES = 2
"""Activations are kept and reduced at 16 bit whatever the weights."""

SLOWEST_LINK = 32e9
"""Bytes per second both ways of PCIe 3.0 × 16, for a data sheet that names no link."""

FULL_HEAD = 128
"""Head width from which attention kernels reach their full rate; narrower heads fall with its root.
Source: shape of the published FlashAttention-2 and -3 curves at 64 and 128."""

REDUCES_PER_LAYER = 2
"""All-reduces per layer under Megatron tensor parallelism: after attention and after the FFN."""

Coefficients = dict[str, float]


@record
class Setting:
    """One model's work on one split accelerator under one engine."""

    work: StepWork
    accelerator: Accelerator
    device: Device
    engine: EngineEfficiency
    engine_name: str
    weights: str
    tp: int


def reading(facts: SpeedFacts, of: Setting) -> Coefficients:
    """Seconds per byte of weights, experts and cache; K and V are split by head, at most `tp` ways."""
    sheet = of.accelerator.bandwidth
    reached = sheet * of.device.bandwidth * of.engine.bandwidth * of.tp
    reached *= facts.precision(of.weights, of.accelerator).bandwidth
    shards = min(of.tp, of.work.kv_shards)
    crossed = of.engine.activation * of.work.hidden * of.work.layers * ACTIVATION_BYTES
    return {
        "sheet_s_byte": 1 / (sheet * of.tp),
        "read_s_byte": 1 / min(reached, sheet * of.tp),
        "expert_s_byte": 1 / min(reached * of.engine.moe, sheet * of.tp),
        "kv_s_byte": 1 / min(sheet * of.engine.kv * shards, sheet * shards),
        "token_memory_s": crossed / (sheet * of.device.bandwidth * of.tp),
    }


def multiplying(facts: SpeedFacts, of: Setting) -> Coefficients:
    """Seconds per FLOP of weights, output projection and attention (the latter two at 16 bit)."""
    flops = of.accelerator.flops
    peak = flops.get(compute_dtype(of.weights, of.accelerator)) or flops["fp32"]
    peak16 = flops.get("bf16") or flops.get("fp16") or peak
    unpacks = of.engine_name in UNPACKING and of.weights.startswith("int4")
    share = of.device.compute * of.engine.compute * (of.device.dequant if unpacks else 1.0)
    narrow = min(1.0, (of.work.head_dim / FULL_HEAD) ** 0.5)
    own = share * facts.precision(of.weights, of.accelerator).compute
    return {
        "sheet_s_flop": 1 / (peak * of.tp),
        "flop_s": 1 / (peak * of.tp * min(own, 1.0)),
        "head_flop_s": 1 / (peak16 * of.tp * min(share, 1.0)),
        "attn_flop_s": 1 / (peak16 * of.tp * min(share * of.engine.attention * narrow, 1.0)),
    }


def reducing(facts: SpeedFacts, of: Setting) -> Coefficients:
    """Seconds per step and per byte of all-reduce: alpha + 2 (n-1)/n · bytes / rate, twice per layer.

    Over PCIe the latency grows with the ring, over a switch it does not. Source of the form: nccl-tests,
    doc/PERFORMANCE.md.
    """
    if of.tp == 1:
        return {"reduce_s": 0.0, "reduce_s_byte": 0.0}
    calls = REDUCES_PER_LAYER * of.work.layers
    reached = facts.link(of.accelerator.link)
    rate = (of.accelerator.link_bytes_per_s or SLOWEST_LINK) / 2 * reached.share * of.device.link
    ring = 1 if is_switched(of.accelerator.link) else of.tp - 1
    return {
        "reduce_s": calls * reached.latency_s * of.engine.reduce * ring,
        "reduce_s_byte": calls * ACTIVATION_BYTES * 2 * (of.tp - 1) / of.tp / rate,
    }


def overhead(of: Setting) -> Coefficients:
    """Seconds outside the accelerator: per step, per running sequence, per request and prompt token."""
    device, engine = of.device, of.engine
    layer_s = engine.layer_s + (engine.route_s if of.work.experts else 0.0)
    fixed = device.host * (engine.step_s + layer_s * of.work.layers)
    return {
        "fixed_s": fixed,
        "sequence_s": engine.sequence_s * device.crowd,
        "prefill_fixed_s": fixed + device.host * engine.prefill_layer_s * of.work.layers,
        "request_s": engine.request_s * device.host,
        "token_s": engine.token_s * device.host,
    }
