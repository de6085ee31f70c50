"""A model of which only the size is known."""

from typing import Any

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.models.from_size import KnownSize, from_size
from plimsoll.sizing.memory.kv_cache import kv_bytes_per_token
from tests.make.models import model


@pytest.mark.parametrize(
    "name", ["Llama-3.1-8B", "Llama-2-13B", "Llama-3.1-70B", "Llama-3.1-405B", "Qwen3-8B"]
)
def test_a_bare_count_comes_close_to_models_of_that_size(name: str) -> None:
    known = model(name)
    guessed = from_size("guess", KnownSize(params_b=known.params / 1e9))
    assert guessed.params == known.params
    assert 0.6 < guessed.layers / known.layers < 1.6
    assert 0.6 < guessed.hidden / known.hidden < 1.6
    assert {"layers", "hidden", "kv_heads"} <= set(guessed.assumed)


def test_what_is_given_is_kept_and_not_called_assumed() -> None:
    guessed = from_size("x", KnownSize(params_b=13, layers=40, hidden=5120, kv_heads=40, vocab=32_000))
    assert (guessed.layers, guessed.hidden, guessed.vocab) == (40, 5120, 32_000)
    assert kv_bytes_per_token(guessed) == kv_bytes_per_token(model("Llama-2-13B"))
    assert not {"layers", "hidden", "kv_heads", "vocab"} & set(guessed.assumed)


def test_a_sparse_shape_idles_what_it_says() -> None:
    guessed = from_size("x", KnownSize(params_b=30.5, active_params_b=3.3))
    experts = guessed.experts
    assert experts is not None
    routed = 3 * guessed.hidden * experts.ffn_dim * experts.count * experts.layers
    idle = routed * (1 - experts.active / experts.count)
    assert idle == pytest.approx(30.5e9 - 3.3e9, rel=0.15)
    assert (guessed.params, guessed.active_params) == (30_500_000_000, 3_300_000_000)


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ({"params_b": 1, "active_params_b": 2}, "model.active_params_b"),
        ({"params_b": 8, "heads": 32, "kv_heads": 5}, "model.kv_heads"),
        ({"params_b": 1, "layers": 100, "hidden": 8192}, "model.params_b"),
    ],
)
def test_a_shape_that_contradicts_itself_is_refused(shape: dict[str, Any], path: str) -> None:
    with pytest.raises(SpecError) as refused:
        from_size("x", KnownSize(**shape))
    assert refused.value.problems[0].where == path
