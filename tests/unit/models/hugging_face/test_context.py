"""How many tokens a model takes, by the rules of vLLM 0.22 (`_get_and_verify_max_len`)."""

from typing import Any

import pytest

from plimsoll.models.hugging_face.context import read_context, states_context
from plimsoll.models.hugging_face.keys import Keys

YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32_768}


@pytest.mark.parametrize(
    ("config", "tokens"),
    [
        ({"max_position_embeddings": 4096}, 4096),
        ({"n_positions": 1024, "n_ctx": 1024}, 1024),
        ({"max_seq_len": 2048}, 2048),
        ({"seq_length": 8192}, 8192),
        ({"max_sequence_length": 4096}, 4096),
        ({"max_position_embeddings": 8192, "seq_len": 2048}, 2048),
        ({"max_position_embeddings": 8192, "model_max_length": 131_072}, 131_072),
        ({"max_position_embeddings": 8192, "model_max_length": 10**9}, 8192),
        ({}, 8192),
        ({"max_position_embeddings": 32_768, "rope_scaling": YARN}, 131_072),
        ({"max_position_embeddings": 131_072, "rope_scaling": YARN}, 131_072),
        ({"max_position_embeddings": 32_768, "rope_scaling": {"type": "yarn", "factor": 2.0}}, 65_536),
        (
            {
                "max_position_embeddings": 163_840,
                "rope_scaling": {"type": "yarn", "factor": 40, "original_max_position_embeddings": 4096},
            },
            163_840,
        ),
        ({"max_position_embeddings": 4096, "rope_scaling": {"type": "linear", "factor": 4.0}}, 16_384),
        ({"max_position_embeddings": 32_768, "rope_scaling": {"type": "dynamic", "factor": 2.0}}, 65_536),
        (
            {
                "max_position_embeddings": 131_072,
                "rope_scaling": {
                    "rope_type": "llama3",
                    "factor": 8.0,
                    "original_max_position_embeddings": 8192,
                },
            },
            131_072,
        ),
        (
            {
                "max_position_embeddings": 131_072,
                "original_max_position_embeddings": 4096,
                "rope_scaling": {"type": "longrope", "long_factor": [1.0], "short_factor": [1.0]},
            },
            131_072,
        ),
        ({"max_position_embeddings": 131_072, "rope_scaling": {"type": "su", "long_factor": [1.0]}}, 131_072),
        (
            {
                "max_position_embeddings": 32_768,
                "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]},
            },
            32_768,
        ),
        ({"max_position_embeddings": 32_768, "rope_scaling": None}, 32_768),
        (
            {
                "max_position_embeddings": 32_768,
                "rope_parameters": {"rope_type": "default", "rope_theta": 1e6},
            },
            32_768,
        ),
        ({"max_position_embeddings": 32_768, "rope_parameters": {**YARN, "rope_theta": 1e6}}, 131_072),
        (
            {
                "max_position_embeddings": 65_536,
                "rope_parameters": {
                    "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
                    "full_attention": {
                        "rope_type": "yarn",
                        "factor": 8.0,
                        "original_max_position_embeddings": 8192,
                    },
                },
            },
            65_536,
        ),
        (
            {
                "model_type": "gemma3_text",
                "max_position_embeddings": 131_072,
                "rope_scaling": {"rope_type": "linear", "factor": 8.0},
            },
            131_072,
        ),
        ({"max_position_embeddings": 2048, "rope_scaling": {"type": "linear", "factor": None}}, 2048),
    ],
)
def test_the_context_is_what_the_engine_takes(config: dict[str, Any], tokens: int) -> None:
    keys = Keys(config, problems := [])
    assert read_context(keys) == tokens
    assert states_context(keys) == bool(config)
    assert problems == []


@pytest.mark.parametrize("factor", [0, 0.5, -4, True, "4", 10**9, [2]])
def test_a_factor_that_is_none_is_named(factor: object) -> None:
    scaling = {"rope_type": "yarn", "factor": factor}
    keys = Keys({"max_position_embeddings": 4096, "rope_scaling": scaling}, problems := [])
    read_context(keys)
    assert [problem.where for problem in problems] == ["rope_scaling.factor"]
