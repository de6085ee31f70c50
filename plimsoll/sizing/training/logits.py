"""Logits are a score for every token and vocabulary entry: often the largest single tensor of a step."""

from plimsoll.models.architecture import Architecture
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

FUSED, EAGER, COMPILED, TRAINER = 2, 16, 14, 10
"""Bytes per token and entry: in chunks (torchtune CEWithChunkedOutput, Liger) only the 16-bit logits; else
their fp32 copy, softmax and gradients too; HF Trainer 10. Fitted to torchtune's ladder (README, HEAD
2026-04-23) and the Qwen README (HEAD 2026-03-05)."""


def logits_bytes(arch: Architecture, recipe: TrainingRecipe, layout: TrainingLayout, tokens: float) -> float:
    """Weigh the logits of a micro-batch on one accelerator; tuned and standard stacks split them."""
    split = layout.tensor_parallel if recipe.stack != "plain" else 1
    return _factor(recipe) * arch.vocab * tokens / split


def _factor(recipe: TrainingRecipe) -> int:
    if recipe.fused_loss:
        return FUSED
    if recipe.stack == "plain":
        return TRAINER
    return COMPILED if recipe.compiled else EAGER
