"""A step of an engine holds memory beside the weights: what the layers pass on, and the sampler's."""

from math import ceil

from plimsoll.models.architecture import Architecture

SAMPLER_BYTES = 38.3
"""Bytes that sampling needs per request and vocabulary entry: fp32 logits, their sorted copy, indices,
probabilities and running sums. Fitted to the activation peaks that vLLM 0.11 reports on an H100 with
1,024 requests (llm-d Planner, docs/empirical-vllm-memory-results.md): 4.76 GiB for Llama-3.1-8B (we say
4.75), 4.84 for 70B at TP 2 (4.81), 5.56 to 5.64 for Qwen3 (5.63), 7.38 for gpt-oss-120b (7.39)."""


def step_bytes(arch: Architecture, tensor_parallel: int, batched_tok: int, sequences: int) -> int:
    """Take the peak of a step that generates: the larger of the layers' and the sampler's.

    The sampler holds `SAMPLER_BYTES` for every request and vocabulary entry, on every rank, while the last
    hidden states live.
    """
    rows = min(sequences, batched_tok)
    sampler = _stream_bytes(arch, batched_tok) + SAMPLER_BYTES * rows * arch.vocab
    return max(layers_bytes(arch, tensor_parallel, batched_tok), ceil(sampler))


def layers_bytes(arch: Architecture, tensor_parallel: int, batched_tok: int) -> int:
    """Sum what the layers hold at their peak for `batched_tok` tokens.

    That is the residual stream and the widest layer's inputs and outputs.
    """
    widest = 3 * arch.ffn_dim / tensor_parallel
    if arch.experts is not None:
        experts = arch.experts
        width = 3 * experts.ffn_dim / tensor_parallel + arch.hidden
        widest = max(widest, (experts.active + experts.shared) * width)
    return ceil(3 * _stream_bytes(arch, batched_tok) + 2 * batched_tok * widest)


def _stream_bytes(arch: Architecture, batched_tok: int) -> int:
    """Multiply the residual stream of one step out, at 16 bit."""
    return 2 * batched_tok * arch.hidden
