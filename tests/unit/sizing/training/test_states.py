"""Weights, gradients and optimizer states."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.units import GIB
from plimsoll.sizing.training.states import states
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import OPTIMIZERS, TrainingRecipe

CATALOG = load()
LLAMA = CATALOG.model("Llama-3.1-8B")


def total(recipe: TrainingRecipe, layout: TrainingLayout | None = None) -> float:
    kept = states(LLAMA, recipe, layout or TrainingLayout())
    return kept.weights + kept.gradients + kept.optimizer


@pytest.mark.parametrize(
    ("optimizer", "stack", "each"),
    [
        ("adamw", "standard", 16),
        ("adamw", "plain", 18),
        ("adamw_bf16", "standard", 8),
        ("adamw_8bit", "standard", 6),
        ("adafactor", "standard", 12),
        ("sgd", "standard", 12),
    ],
)
def test_bytes_of_a_parameter(optimizer, stack, each):
    recipe = TrainingRecipe(optimizer=optimizer, stack=stack)
    assert total(recipe) == pytest.approx(each * LLAMA.params)


def test_an_8b_takes_what_is_known_of_it():
    assert total(TrainingRecipe()) / GIB == pytest.approx(119.7, rel=0.001)
    assert total(TrainingRecipe(optimizer="adamw_8bit")) / GIB == pytest.approx(44.9, rel=0.001)


def test_muon_keeps_one_momentum_but_for_tables():
    tables = LLAMA.embedding_params + LLAMA.head_params
    assert total(TrainingRecipe(optimizer="muon")) == pytest.approx(12 * LLAMA.params + 4 * tables)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
@pytest.mark.parametrize("stack", ["tuned", "plain"])
def test_each_stage_shards_more(optimizer, method, stack):
    """A stage never takes more than the one below it, but for the layers that stage 3 gathers."""
    recipe = TrainingRecipe(method=method, optimizer=optimizer, stack=stack)
    kept = [states(LLAMA, recipe, TrainingLayout(8, zero=zero)) for zero in range(4)]
    assert kept[1].optimizer == kept[0].optimizer / 8
    assert (kept[1].gradients, kept[1].weights) == (kept[0].gradients, kept[0].weights)
    assert kept[2].gradients == kept[1].gradients / 8
    layer = 4 * (LLAMA.params - LLAMA.embedding_params - LLAMA.head_params) / LLAMA.layers
    assert kept[3].weights == pytest.approx(kept[2].weights / 8 + layer)


def test_qlora_packs_linear_weights_and_leaves_tables():
    llama70 = CATALOG.model("Llama-3-70B")
    weights = states(llama70, TrainingRecipe(method="qlora"), TrainingLayout()).weights
    tables = llama70.embedding_params + llama70.head_params
    assert weights == pytest.approx(0.5156 * (llama70.params - tables) + 2 * tables, rel=1e-4)


def test_tensor_and_pipeline_ranks_divide_layers():
    whole = states(LLAMA, TrainingRecipe(), TrainingLayout())
    halved = states(LLAMA, TrainingRecipe(), TrainingLayout(tensor_parallel=2))
    assert halved.optimizer == whole.optimizer / 2
    staged = states(LLAMA, TrainingRecipe(), TrainingLayout(pipeline_parallel=4))
    layers = LLAMA.params - LLAMA.embedding_params - LLAMA.head_params
    assert staged.weights == 2 * (layers / 4 + LLAMA.head_params)
