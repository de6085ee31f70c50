"""Trained parameters, exactly as litgpt and PEFT count them."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.sizing.training.adapters import trainable_params
from plimsoll.speed.training.recipe import TrainingRecipe

CATALOG = load()


@pytest.mark.parametrize(
    ("model", "rank", "targets", "count"),
    [
        ("Llama-3.1-8B", 16, ("all_linear",), 41_943_040),
        ("Llama-3.1-8B", 8, ("q", "v"), 3_407_872),
        ("Llama-3-70B", 16, ("all_linear",), 207_093_760),
        ("Llama-2-7B", 8, ("q", "v"), 4_194_304),
        ("meta-llama/Llama-2-13b-hf", 8, ("q", "v"), 6_553_600),
        ("Llama-3.2-3B", 32, ("q", "v"), 9_175_040),
        ("Llama-3.2-3B", 10, ("gate", "up", "down"), 9_461_760),
    ],
)
def test_counts_that_are_published(model, rank, targets, count):
    recipe = TrainingRecipe(method="lora", lora_rank=rank, lora_targets=targets)
    assert trainable_params(CATALOG.model(model), recipe) == count


def test_words_stand_for_their_matrices():
    arch = CATALOG.model("Llama-3.1-8B")

    def count(*targets: str) -> int:
        return trainable_params(arch, TrainingRecipe(method="qlora", lora_targets=targets))

    assert count("all_linear") == count("attention") + count("mlp")
    assert count("attention") == count("q", "k", "v", "o")
    assert count("attention", "q") == count("attention")


def test_a_plain_part_has_no_gate():
    arch = CATALOG.model("MPT-13B")
    recipe = TrainingRecipe(method="lora", lora_rank=1, lora_targets=("mlp",))
    assert trainable_params(arch, recipe) == arch.layers * 2 * (arch.hidden + arch.ffn_dim)


def test_every_expert_has_adapters_of_its_own():
    arch = CATALOG.model("Qwen3-30B-A3B")
    recipe = TrainingRecipe(method="lora", lora_rank=1, lora_targets=("mlp",))
    assert trainable_params(arch, recipe) == 48 * 128 * 3 * (2048 + 768)


@pytest.mark.parametrize("method", ["pretrain", "full"])
def test_whole_training_trains_all(method):
    arch = CATALOG.model("Llama-3.1-8B")
    assert trainable_params(arch, TrainingRecipe(method=method)) == arch.params


@pytest.mark.parametrize("name", sorted(n for n, m in CATALOG.models.items() if m.task == "llm"))
def test_every_model_has_fewer_adapters_than_weights(name):
    arch = CATALOG.models[name]
    assert 0 < trainable_params(arch, TrainingRecipe(method="lora", lora_rank=8)) < arch.params
