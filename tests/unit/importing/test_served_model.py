"""The name that a server loads by leads to a model of the catalogue, or to all that the name says."""

import pytest

from plimsoll.catalog.tables import load
from plimsoll.importing.flags import flags_of
from plimsoll.importing.served_model import model_part
from plimsoll.importing.server import Server


def _server(name, *flags):
    return Server("vllm", None, "0.22.0", name, "vllm/vllm-openai:v0.22.0", flags_of({"args": list(flags)}))


@pytest.mark.parametrize(
    ("name", "flags", "expected"),
    [
        ("Qwen/Qwen3-8B", (), {"model": "Qwen/Qwen3-8B"}),
        ("Qwen/Qwen3-8B", ("--dtype=half",), {"model": "Qwen/Qwen3-8B", "precision": "fp16"}),
        ("Qwen/Qwen3-8B", ("--quantization=fp8",), {"model": "Qwen/Qwen3-8B", "precision": "fp8"}),
        (
            "RedHatAI/QwQ-32B-quantized.w8a8",
            (),
            {"model": "Qwen/QwQ-32B", "precision": "int8"},
        ),
        (
            "acme/Llama-3.1-8B-Instruct-GPTQ-Int4",
            (),
            {
                "model": "Llama-3.1-8B-Instruct",
                "precision": "int4",
                "weights": "acme/Llama-3.1-8B-Instruct-GPTQ-Int4",
            },
        ),
        ("acme/own-13b", (), {"model": {"params_b": 13}, "weights": "acme/own-13b"}),
        (
            "acme/own-30B-A3B-AWQ",
            (),
            {
                "model": {"params_b": 30, "active_params_b": 3},
                "weights": "acme/own-30B-A3B-AWQ",
                "precision": "int4",
            },
        ),
        ("acme/assistant", (), {}),
        ("/models/v2", (), {}),
    ],
)
def test_names_of_models(name, flags, expected):
    assert model_part(_server(name, *flags), load()).keys == expected


def test_what_a_name_does_not_say_is_noted():
    assert (
        model_part(_server("acme/own-13b"), load()).notes["model"].startswith("NOT READ: the catalogue has")
    )
