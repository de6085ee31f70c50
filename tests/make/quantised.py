"""A small decoder whose bytes are summed here by hand, matrix by matrix, with a packing for each."""

from collections.abc import Callable
from typing import Any

LAYERS, HIDDEN, HEADS, KV, INNER, VOCAB = 6, 1024, 16, 4, 3072, 32_000
DIM = HIDDEN // HEADS

CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "num_hidden_layers": LAYERS,
    "hidden_size": HIDDEN,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KV,
    "intermediate_size": INNER,
    "vocab_size": VOCAB,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": False,
    "torch_dtype": "bfloat16",
}

MATRICES = {
    "self_attn.q_proj": HIDDEN * HEADS * DIM,
    "self_attn.k_proj": HIDDEN * KV * DIM,
    "self_attn.v_proj": HIDDEN * KV * DIM,
    "self_attn.o_proj": HIDDEN * HEADS * DIM,
    "mlp.gate_proj": HIDDEN * INNER,
    "mlp.up_proj": HIDDEN * INNER,
    "mlp.down_proj": HIDDEN * INNER,
}


def packed(**quantisation: Any) -> dict[str, Any]:
    """The config with this `quantization_config`."""
    return {**CONFIG, "quantization_config": quantisation}


def by_hand(bits: Callable[[int, str], float], tables: float = 16.0, head: float = 16.0) -> float:
    """Bytes, with the bits that each matrix of each layer has; norms are 16 bit."""
    body = sum(bits(layer, name) * size for layer in range(LAYERS) for name, size in MATRICES.items())
    norms = 16 * HIDDEN * (2 * LAYERS + 1)
    return (body + norms + VOCAB * HIDDEN * (tables + head)) / 8
