"""LoRA adapters are trained beside frozen weights: for each target matrix r × (inputs + outputs) parameters.

Source: arXiv 2106.09685; checked against the counts that litgpt and PEFT print.
"""

from collections.abc import Iterator

from plimsoll.models.architecture import Architecture
from plimsoll.models.layer_widths import AttentionWidths, attention_widths, dense_layers, matrices
from plimsoll.speed.training.recipe import TrainingRecipe

ATTENTION, FEED_FORWARD = ("q", "k", "v", "o"), ("gate", "up", "down")
GROUPS = {"all_linear": ATTENTION + FEED_FORWARD, "attention": ATTENTION, "mlp": FEED_FORWARD}
"""Words for several targets; else a target is a matrix by its short name."""

TARGETS = (*GROUPS, *ATTENTION, *FEED_FORWARD)


def trainable_params(arch: Architecture, recipe: TrainingRecipe) -> int:
    """Count what is trained: all parameters, or those of the adapters."""
    if not recipe.freezes:
        return arch.params
    names = {name for target in recipe.lora_targets for name in GROUPS.get(target, (target,))}
    sides = (*_attention(arch, names), *_feed_forward(arch, names))
    return recipe.lora_rank * sum(layers * width for layers, width in sides)


def _attention(arch: Architecture, names: set[str]) -> Iterator[tuple[int, int]]:
    """Yield layers and inputs + outputs of each target of attention.

    Behind a latent cache keys and values come from one narrow row.
    """
    for widths in attention_widths(arch):
        outputs = {"q": widths.query, "k": widths.key, "v": widths.value, "o": widths.out}
        for name in ATTENTION:
            if name in names:
                yield widths.layers, _inputs(arch, widths, name) + outputs[name]


def _inputs(arch: Architecture, widths: AttentionWidths, name: str) -> int:
    latent = next((group.latent_dim for group in arch.attention if group.kind == "mla"), 0)
    return latent if widths.kind == "mla" and name in ("k", "v") else arch.hidden


def _feed_forward(arch: Architecture, names: set[str]) -> Iterator[tuple[int, int]]:
    """Yield layers and inputs + outputs of each target of dense parts and of every expert."""
    chosen = sum(name in names for name in FEED_FORWARD[3 - matrices(arch) :])
    yield chosen * dense_layers(arch), arch.hidden + arch.ffn_dim
    if arch.experts is not None:
        experts = arch.experts
        copies = experts.layers * (experts.count + experts.shared)
        yield chosen * copies, arch.hidden + experts.ffn_dim
