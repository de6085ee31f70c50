"""The parameters of attention are split over its matrices, none lost."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.attention.kinds import read_layers
from plimsoll.models.hugging_face.attention.layers import read_attention
from plimsoll.models.hugging_face.attention.modules import attention_modules
from plimsoll.models.hugging_face.families import FAMILIES
from plimsoll.models.hugging_face.keys import Keys
from tests.make.models import config


@pytest.mark.parametrize(
    "name", ["llama-3.1-8b", "gemma-2-9b", "deepseek-v3", "gpt-oss-120b", "jamba-1.5-mini"]
)
def test_the_matrices_add_up(name: str) -> None:
    values: dict[str, Any] = config(name)
    keys = Keys(values, [])
    family = FAMILIES[values["model_type"]]
    layers, hidden = values["num_hidden_layers"], values["hidden_size"]
    found = read_layers(keys, family, layers)
    attention = read_attention(keys, family, hidden, found)
    modules = attention_modules(keys, found, hidden, attention)
    assert sum(module.params for module in modules) == pytest.approx(attention.params, rel=1e-4)
    assert all(layer < layers for module in modules for layer in module.layers)


def test_linear_layers_are_told_from_the_others() -> None:
    values = config("jamba-1.5-mini")
    keys = Keys(values, [])
    family = FAMILIES["jamba"]
    found = read_layers(keys, family, 32)
    modules = attention_modules(keys, found, 4096, read_attention(keys, family, 4096, found))
    by_name = {module.names[0]: module.layers for module in modules}
    assert len(by_name["self_attn.q_proj"]) == 4
    assert len(by_name["linear_attn.in_proj"]) == 28
