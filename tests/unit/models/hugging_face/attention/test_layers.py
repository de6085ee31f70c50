"""What attention layers have of their own, in parameters."""

from typing import Any

from plimsoll.models.hugging_face.config import architecture

HIDDEN, RANK, LAYERS = 256, 16, 4
ZAMBA: dict[str, Any] = {
    "architectures": ["Zamba2ForCausalLM"],
    "model_type": "zamba2",
    "num_hidden_layers": LAYERS,
    "hidden_size": HIDDEN,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "attention_head_dim": 64,
    "attention_hidden_size": 2 * HIDDEN,
    "intermediate_size": 1024,
    "vocab_size": 1000,
    "max_position_embeddings": 4096,
    "mamba_d_state": 16,
    "mamba_d_conv": 4,
    "mamba_expand": 2,
    "mamba_ngroups": 1,
    "n_mamba_heads": 8,
    "mamba_headdim": 64,
    "num_mem_blocks": 1,
    "adapter_rank": RANK,
    "layers_block_type": ["mamba", "hybrid", "mamba", "hybrid"],
    "torch_dtype": "bfloat16",
}


def test_a_shared_block_has_adapters_of_attention_where_the_config_says_so() -> None:
    """Down and up again for each of queries, keys and values, before both shared layers."""
    adapted = architecture({**ZAMBA, "use_shared_attention_adapter": True}, "x")
    assert adapted.params - architecture(ZAMBA, "x").params == 2 * 3 * 2 * RANK * 2 * HIDDEN
