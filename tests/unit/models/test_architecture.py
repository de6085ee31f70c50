"""What an architecture says of itself beyond its fields."""

import pytest

from plimsoll.catalog.tables import load

MODELS = load().models
MIXTURES = sorted(name for name, model in MODELS.items() if model.experts is not None)


@pytest.mark.parametrize("name", MIXTURES)
def test_experts_are_a_part_of_the_parameters(name: str) -> None:
    """What is not routed is at least what lies over the accelerators whole: embedding and head."""
    model = MODELS[name]
    assert 0 < model.routed_params <= model.params - model.embedding_params - model.head_params


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("Qwen/Qwen3-30B-A3B", 28.99),  # three matrices of 2048 × 768, 128 experts, 48 layers
        ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", 29.37),  # two: relu² has no gate
        ("nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8", 112.74),  # two, of a quarter of the width
    ],
)
def test_routed_parameters(name: str, billions: float) -> None:
    assert MODELS[name].routed_params / 1e9 == pytest.approx(billions, abs=0.01)


def test_a_dense_model_routes_none() -> None:
    assert MODELS["meta-llama/Llama-3.1-8B-Instruct"].routed_params == 0
