"""Coefficients say what a step costs, in seconds per byte, FLOP, token or call: data sheet × constants.

Each function answers one kind; `plimsoll.speed.step` puts them together. Reached rates never exceed the
data sheet's, whatever was fitted.
"""

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.benchmarked import UNPACKING
from plimsoll.ground.start_up import record
from plimsoll.speed.facts import Basis, Device, EngineEfficiency, SpeedFacts, compute_dtype, is_switched
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
    basis: Basis
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
    doc/PERFORMANCE.md. Groups that share experts gather all tokens before them and scatter sums behind:
    one all-reduce a layer over all ranks, with the tokens of all, beside the one of each group's attention.
    """
    spread, layers = of.work.spread, of.work.layers
    own = (REDUCES_PER_LAYER if spread == 1 else 1) * (of.tp > 1)
    over = of.tp * spread
    reached = facts.link(of.accelerator.link)
    rate = (of.accelerator.link_bytes_per_s or SLOWEST_LINK) / 2 * reached.share * of.device.link
    switched = is_switched(of.accelerator.link)
    steps = own * (1 if switched else of.tp - 1) + (spread > 1) * (1 if switched else over - 1)
    passed = own * (of.tp - 1) / of.tp + (spread > 1) * spread * (over - 1) / over
    return {
        "reduce_s": layers * reached.latency_s * of.engine.reduce * steps,
        "reduce_s_byte": layers * ACTIVATION_BYTES * 2 * passed / rate,
    }


def overhead(of: Setting) -> Coefficients:
    """Seconds that no rate says: gaps between kernels; the host's per step, sequence, request and token."""
    device, engine = of.device, of.engine
    layer_s = engine.layer_s + (engine.route_s if of.work.experts else 0.0)
    return {
        "gaps_s": device.host * layer_s * of.work.layers,
        "host_s": device.host * engine.step_s,
        "sequence_s": engine.sequence_s * device.crowd,
        "eager_s": device.host * engine.prefill_layer_s * of.work.layers,
        "request_s": engine.request_s * device.host,
        "token_s": engine.token_s * device.host,
    }
