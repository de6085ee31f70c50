"""Activations and logits."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.units import GIB
from plimsoll.sizing.training.activations import activation_bytes
from plimsoll.sizing.training.logits import logits_bytes
from plimsoll.speed.training.kept import inside_bytes, stream_bytes
from plimsoll.speed.training.layout import TrainingLayout
from plimsoll.speed.training.recipe import TrainingRecipe

CATALOG = load()
ONE = TrainingLayout()
FULL = TrainingLayout(recompute="full")


def test_a_gated_layer_keeps_14_h_6_kv_8_f():
    arch = CATALOG.model("Llama-3.1-8B")
    each = 14 * 4096 + 6 * 1024 + 8 * 14336
    assert activation_bytes(arch, TrainingRecipe(), ONE, 1) == 32 * each
    assert activation_bytes(arch, TrainingRecipe(), FULL, 1) == 2 * 4096 * 32 + each


def test_a_plain_layer_keeps_34_h():
    arch = CATALOG.model("MPT-13B")
    assert activation_bytes(arch, TrainingRecipe(), ONE, 1) == 34 * arch.hidden * arch.layers


def test_compiling_keeps_three_quarters_of_what_is_live():
    arch, compiled = CATALOG.model("Llama-3.1-8B"), TrainingRecipe(compiled=True)
    eager = activation_bytes(arch, TrainingRecipe(), ONE, 100)
    assert activation_bytes(arch, compiled, ONE, 100) == 0.75 * eager


@pytest.mark.parametrize("stack", ["tuned", "standard", "plain"])
def test_tensor_ranks_split_all_with_sequence_parallelism_else_the_inside(stack):
    arch, recipe = CATALOG.model("Llama-3.1-8B"), TrainingRecipe(stack=stack)
    whole = activation_bytes(arch, recipe, ONE, 1)
    split = activation_bytes(arch, recipe, TrainingLayout(tensor_parallel=4), 1)
    outside = stream_bytes(arch) * arch.layers if stack == "plain" else 0
    assert split == pytest.approx(outside + (whole - outside) / 4)


def test_a_mixture_keeps_copies_at_its_experts():
    arch = CATALOG.model("Qwen3-30B-A3B")
    attention = 2 * (2 * 4096 + 2 * 512 + 512 + 4096)
    experts = 8 * 4 * 2048 + 4 * 128 + 8 * 8 * 768
    assert inside_bytes(arch) == 48 * (attention + experts)


@pytest.mark.parametrize("name", sorted(n for n, m in CATALOG.models.items() if m.task in ("llm", "encoder")))
def test_every_model_of_text_keeps_less_with_recompute(name):
    arch = CATALOG.models[name]
    kept, again = (activation_bytes(arch, TrainingRecipe(), layout, 4096) for layout in (ONE, FULL))
    assert 0 < again < kept


@pytest.mark.parametrize(
    ("recipe", "gib"),
    [
        (TrainingRecipe(fused_loss=False), 15.7),
        (TrainingRecipe(), 1.96),
        (TrainingRecipe(fused_loss=False, compiled=True), 13.7),
        (TrainingRecipe(fused_loss=False, stack="plain"), 9.79),
    ],
)
def test_logits_of_8192_tokens_of_llama_3(recipe, gib):
    assert logits_bytes(CATALOG.model("Llama-3.2-3B"), recipe, ONE, 8192) / GIB == pytest.approx(
        gib, rel=0.01
    )
