"""The two formulas of a training step's memory."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.sizing.training.memory import (
    BUCKETS,
    COLLECTIVES,
    CONTEXT,
    LIVE,
    overhead_bytes,
    training_memory,
)
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

CATALOG = load()
H100 = CATALOG.accelerators["H100-80GB"]


def test_an_8b_does_not_fit_one_h100_and_fits_over_eight():
    arch, recipe = CATALOG.model("Llama-3.1-8B"), TrainingRecipe()
    assert not training_memory(arch, recipe, TrainingLayout(recompute="full"), H100).fits
    assert training_memory(arch, recipe, TrainingLayout(8, zero=3, recompute="full"), H100).fits


@pytest.mark.parametrize(("fused", "stack", "gib"), [(True, "standard", 44.1), (False, "plain", 46.0)])
def test_a_70b_fits_one_h100_by_qlora_only(fused, stack, gib):
    arch, layout = CATALOG.model("Llama-3-70B"), TrainingLayout(recompute="full")
    packed = training_memory(
        arch, TrainingRecipe(method="qlora", stack=stack, fused_loss=fused), layout, H100
    )
    assert packed.fits
    assert packed.fit_gib == pytest.approx(gib, abs=0.05)
    whole = training_memory(arch, TrainingRecipe(method="lora"), layout, H100)
    assert not whole.fits
    assert whole.weights / 2**30 == pytest.approx(131.4, abs=0.05)


@pytest.mark.parametrize(
    ("recipe", "layout", "beside"),
    [
        (TrainingRecipe(), TrainingLayout(), CONTEXT),
        (TrainingRecipe(), TrainingLayout(8, zero=3), CONTEXT + COLLECTIVES),
        (TrainingRecipe(method="lora"), TrainingLayout(8, zero=3), CONTEXT + COLLECTIVES + LIVE),
        (TrainingRecipe(stack="plain"), TrainingLayout(8, zero=2), CONTEXT + COLLECTIVES + BUCKETS),
        (TrainingRecipe(stack="plain", method="lora"), TrainingLayout(8, zero=2), CONTEXT + COLLECTIVES),
    ],
)
def test_what_frameworks_hold_beside(recipe, layout, beside):
    assert overhead_bytes(recipe, layout) == beside


@pytest.mark.parametrize("recompute", ["none", "full"])
@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
def test_what_refuses_is_never_below_what_predicts(method, recompute):
    arch = CATALOG.model("Llama-3.1-8B")
    layout = TrainingLayout(4, zero=3, recompute=recompute)
    memory = training_memory(arch, TrainingRecipe(method=method), layout, H100)
    assert memory.fit >= memory.central >= memory.states


def test_more_tokens_take_more():
    arch = CATALOG.model("Llama-3.1-8B")
    fits = [
        training_memory(arch, TrainingRecipe(sequence_tok=tok), TrainingLayout(), H100).fit
        for tok in (1024, 2048, 65536)
    ]
    assert fits == sorted(set(fits))
