"""Training throughput: model FLOPs over the reached share of the dense peak."""

from plimsoll.catalog.facts import Accelerator
from plimsoll.models.architecture import Architecture
from plimsoll.speed.facts import SpeedFacts, accelerator_class, compute_dtype

FORWARD_AND_BACKWARD = 6
"""FLOPs per parameter and token: 2 forward, 4 backward (Kaplan et al. 2020, arXiv 2001.08361)."""

ATTENTION = 12
"""FLOPs per layer, hidden unit, token and token of context, forward and backward, without the causal
half: the convention of the published MFU figures (PaLM, arXiv 2204.02311, appendix B)."""


def training_flops_per_token(arch: Architecture, sequence_tok: float) -> float:
    """Model FLOPs of one trained token, as MFU counts them."""
    return FORWARD_AND_BACKWARD * arch.active_params + ATTENTION * arch.layers * arch.hidden * sequence_tok


def training_mfu(
    facts: SpeedFacts,
    arch: Architecture,
    accelerator: Accelerator,
    weights: str,
    sequence_tok: float,
    ranks: int,
) -> float:
    """Model FLOPs utilisation of a tuned run over the dense peak of the weight precision.

    Attention runs at a lower share than matrix products (`train_attention`), so long sequences lose;
    model-parallel ranks beyond one cost a little each doubling (`train_shard`).
    """
    tasks = facts.tasks
    generation = accelerator_class(accelerator).split("-")[0]
    share = tasks.get(f"train_{generation}", tasks["train_other"])
    dtype = compute_dtype(weights, accelerator)
    share *= tasks.get(f"train_{dtype}", 1.0)
    if ranks > 1:
        share *= tasks["train_shard"]
    linear = FORWARD_AND_BACKWARD * arch.active_params
    attention = ATTENTION * arch.layers * arch.hidden * sequence_tok
    return share * (linear + attention) / (linear + attention / tasks["train_attention"])


def training_tokens_per_s(
    facts: SpeedFacts,
    arch: Architecture,
    accelerator: Accelerator,
    weights: str,
    sequence_tok: float,
    accelerators: int,
    ranks: int,
) -> float:
    """Trained tokens per second of the whole cluster."""
    mfu = training_mfu(facts, arch, accelerator, weights, sequence_tok, ranks)
    dtype = compute_dtype(weights, accelerator)
    peak = accelerator.flops.get(dtype) or accelerator.flops["fp32"]
    return accelerators * peak * mfu / training_flops_per_token(arch, sequence_tok)
