"""What no hardware can beat: bytes ÷ bandwidth × sequential steps, and FLOPs ÷ dense peak of the data sheet.

Worked out by hand from `Architecture` and `Accelerator`, and from nothing of `plimsoll.speed`.
"""

from dataclasses import dataclass

from plimsoll.catalog.facts import Accelerator
from plimsoll.models.architecture import Architecture, AttentionGroup

BITS = {"bf16": 16, "fp16": 16, "fp8": 8, "int8": 8, "fp4": 4, "int4": 4}
"""Least bits of one weight, scales left out."""

CACHE_BYTES = 2


def peak(part: Accelerator, precision: str) -> float:
    """Dense peak of a precision; formats that the sheet has no rate for are unpacked to 16 bit."""
    sixteen = part.flops.get("bf16") or part.flops.get("fp16") or part.flops["fp32"]
    return part.flops.get(precision, sixteen) if precision != "int4" else sixteen


@dataclass(frozen=True)
class Floor:
    """A model on so many accelerators; seconds unless said otherwise."""

    arch: Architecture
    part: Accelerator
    precision: str
    ranks: int = 1

    @property
    def bandwidth(self) -> float:
        """Bytes per second of all ranks."""
        return self.part.bandwidth * self.ranks

    @property
    def peak(self) -> float:
        """FLOPs per second of all ranks."""
        return peak(self.part, self.precision) * self.ranks

    @property
    def weights(self) -> float:
        """Weights that one token multiplies with; a head that shares the table is read from it."""
        arch = self.arch
        tied = arch.embedding_params if arch.task == "llm" and not arch.head_params else 0
        return arch.active_params - arch.embedding_params - arch.aside_params + tied

    @property
    def read_s(self) -> float:
        """Time to read them once."""
        return self.weights * BITS[self.precision] / 8 / self.bandwidth

    def step_s(self, batch: float, context: float) -> float:
        """One step of `batch` sequences that each look back on a context."""
        cache = sum(_cache_bytes(group, context) for group in self.arch.attention)
        memory = self.read_s + batch * cache / self.bandwidth
        return max(memory, 2 * batch * self.weights / self.peak)

    def prompt_s(self, tokens: float) -> float:
        """Read a prompt: at least its multiplications, at least the weights once."""
        return max(self.read_s, self.flops_s(tokens, 0))

    def flops_s(self, prompt: float, answer: float) -> float:
        """Multiply a whole request out; the head multiplies with what is answered alone."""
        head = self.arch.head_params or self.arch.embedding_params
        return 2 * (self.weights * answer + (self.weights - head) * prompt) / self.peak

    def items_s(self, batch: float, tokens: float) -> float:
        """Answer a batch of whole requests at once: `passes` times through the weights."""
        each = self.arch.forward_flops or 2 * self.weights * tokens
        return max(self.arch.passes * self.read_s, batch * each / self.peak)


def _cache_bytes(group: AttentionGroup, context: float) -> float:
    """Bytes that a step reads of one sequence's cache, each K and V once whatever the ranks copy."""
    if group.kind == "linear":
        return float(group.state_bytes * group.layers)
    row = group.latent_dim or group.kv_heads * (group.head_dim + (group.value_dim or group.head_dim))
    seen = group.window_tok if group.kind == "cross" else min(context, group.window_tok or context)
    return group.layers * row * CACHE_BYTES * seen
