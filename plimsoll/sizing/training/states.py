"""States are what training keeps of every parameter: weights, gradients, and the optimizer's own.

Bytes per parameter by recipe: training runs mixed unless the optimizer says otherwise, with weights for the
products in 16 bit and a master copy in 32. Sources: ZeRO, arXiv 1910.02054 (2 + 2 + 12 for mixed AdamW); Stas
Bekman, ml-engineering, HEAD 2026-08-22 (DeepSpeed keeps gradients in fp32; 8-bit AdamW 2 bytes);
torchtune README, HEAD 2026-04-23 (all in bf16: 2 + 2 + 4); torchtitan keeps 4 + 4 + 8, the same sum.
"""

from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.models.layer_widths import body_params
from plimsoll.sizing.training.adapters import trainable_params
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

MASTER = 4.0
"""The fp32 copy of weights that a mixed recipe steps; adapters are in fp32 (PEFT, HEAD 2026-08-21)."""

PURE = ("adamw_bf16", "adamw_8bit")
"""Optimizers that step the 16-bit weights themselves."""

MOMENTS = {"adamw": 8.0, "adamw_bf16": 4.0, "adamw_8bit": 2.0, "adafactor": 4.0, "sgd": 4.0, "muon": 4.0}
"""Bytes of moments per parameter: two in fp32 for AdamW, in bf16 or in 8 bit by name; one in fp32 for SGD
with momentum, Adafactor (whose second is two vectors) and Muon (arXiv 2502.16982)."""

NF4_BYTES = 0.5156
"""A weight in NF4 with its doubly quantised scales: 4.125 bit. Source: QLoRA, arXiv 2305.14314."""

GATHERED_LAYERS, GATHERED_BYTES = 2, 2
"""ZeRO-3 holds the layer that it computes and the next, on its way, whole and in 16 bit."""


@record
class States:
    """Bytes of one accelerator: `weights` with gathered layers, `gradients`, `optimizer`."""

    weights: float
    gradients: float
    optimizer: float


def states(arch: Architecture, recipe: TrainingRecipe, layout: TrainingLayout) -> States:
    """Weigh what one accelerator keeps, after tensor, pipeline and ZeRO sharding.

    Stage 1 shards the optimizer over the data-parallel ranks, 2 gradients too, 3 weights too.
    """
    held, ranks = _held(arch, layout), layout.data_parallel
    trained = trainable_params(arch, recipe) * held / arch.params
    weights = held * _weight_bytes(arch, recipe) / (ranks if layout.zero >= 3 else 1)
    gradients = trained * gradient_bytes(recipe) / (ranks if layout.zero >= 2 else 1)
    optimizer = trained * optimizer_bytes(arch, recipe) / (ranks if layout.zero >= 1 else 1)
    return States(weights + _gathered(arch, layout), gradients, optimizer)


def gradient_bytes(recipe: TrainingRecipe) -> float:
    """Bytes of the gradient of a trained parameter: fp32 for adapters, and in plain stacks (DeepSpeed)."""
    if recipe.optimizer == "adamw_bf16":
        return 2.0
    if recipe.freezes:
        return 4.0
    return 4.0 if recipe.stack == "plain" and recipe.optimizer not in PURE else 2.0


def optimizer_bytes(arch: Architecture, recipe: TrainingRecipe) -> float:
    """Bytes that the optimizer keeps of one trained parameter, an adapter's fp32 weights among them."""
    moments = MOMENTS[recipe.optimizer]
    if recipe.optimizer == "muon" and not recipe.freezes:
        tables = (arch.embedding_params + arch.head_params) / arch.params
        moments += tables * (MOMENTS["adamw"] - moments)
    if recipe.freezes:
        return moments + (2.0 if recipe.optimizer == "adamw_bf16" else MASTER)
    return moments + (0.0 if recipe.optimizer in PURE else MASTER)


def _weight_bytes(arch: Architecture, recipe: TrainingRecipe) -> float:
    """Bytes of one weight on average; NF4 leaves tables, and what is kept, in 16 bit."""
    if recipe.method != "qlora":
        return 2.0
    packed = max(body_params(arch) - arch.kept_params, 0) / arch.params
    return packed * NF4_BYTES + (1 - packed) * 2.0


def _held(arch: Architecture, layout: TrainingLayout) -> float:
    """Count the parameters of one rank before ZeRO: its layers, and one table where stages split them."""
    if layout.pipeline_parallel == 1:
        return arch.params / layout.tensor_parallel
    table = max(arch.embedding_params, arch.head_params)
    return (body_params(arch) / layout.pipeline_parallel + table) / layout.tensor_parallel


def _gathered(arch: Architecture, layout: TrainingLayout) -> float:
    if layout.zero < 3 or layout.data_parallel == 1:
        return 0.0
    layer = body_params(arch) / max(arch.layers, 1) / layout.tensor_parallel
    return GATHERED_LAYERS * GATHERED_BYTES * layer
