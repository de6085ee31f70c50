"""Activations are what the forward pass keeps for the backward pass: of all layers, or of one."""

from plimsoll.models.architecture import Architecture
from plimsoll.speed.training.kept import BYTES, inside_bytes, stream_bytes, widest_bytes
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

COMPILED = 0.75
"""What `torch.compile` leaves of a layer's activations, by fusing what is cheap to compute again: 60.0 to
51.0 GiB with the logits, of Llama-3.2-3B on an A100 (torchtune README, HEAD 2026-04-23)."""


def activation_bytes(
    arch: Architecture, recipe: TrainingRecipe, layout: TrainingLayout, tokens: float
) -> float:
    """Weigh the activations of one micro-batch of `tokens` on one accelerator.

    Stage 0 of p holds p micro-batches of its L/p layers: the same as unsplit. Full recompute keeps the inputs
    of layers and one live layer. Tensor parallelism splits all of it with sequence parallelism (tuned and
    standard stacks), else only what lies inside attention and feed-forward.
    """
    share = COMPILED if recipe.compiled else 1.0
    stream, split = stream_bytes(arch), layout.tensor_parallel
    apart = split if recipe.stack != "plain" else 1
    if layout.recompute == "full":
        live = share * (stream / apart + widest_bytes(arch) / split)
        return tokens * (BYTES * arch.hidden * arch.layers / apart + live)
    return tokens * share * (stream * arch.layers / apart + inside_bytes(arch) / split)
