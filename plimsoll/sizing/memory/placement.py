"""A placement says where a model is put: on how many accelerators of which kind, in which precision."""

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.base import AdapterSlots
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB

ALONE_BYTES, TOGETHER_BYTES = round(0.15 * GIB), round(0.60 * GIB)
"""Held outside the framework on one accelerator and on each of several (NCCL buffers). Source: the logs of
vLLM 0.11 on H100 that llm-d Planner keeps (docs/empirical-vllm-memory-results.md)."""

HOPPER = 9.0
"""The capability that a weight is told for where nobody names an accelerator."""


@record
class Placement:
    """A model's place: each of `tensor_parallel` ranks has a `share` of one accelerator (g6f: 1/8 to 1/2).

    `precision` is that of the weights, `kv_precision` the element type of the cache; `auto` is 16 bit.
    `made_at_load`: the checkpoint has 16 bit, and the engine quantises it. `adapters` lie beside the weights.
    `stages` nodes, each with all the ranks, hold a part of the layers each.
    """

    accelerator: Accelerator
    tensor_parallel: int = 1
    precision: str = "bf16"
    share: float = 1.0
    kv_precision: str = "auto"
    made_at_load: bool = False
    adapters: AdapterSlots | None = None
    stages: int = 1

    @property
    def capability(self) -> float:
        """Compute capability of its accelerator."""
        return self.accelerator.compute_capability or HOPPER

    @property
    def device_bytes(self) -> float:
        """Nominal memory of one rank."""
        return self.accelerator.memory_bytes * self.share

    @property
    def visible_bytes(self) -> int:
        """What CUDA reports of it: nominal less what the driver and ECC keep."""
        return int(self.device_bytes * self.accelerator.visible_share)

    @property
    def outside_bytes(self) -> int:
        """What one rank holds outside the framework."""
        return ALONE_BYTES if self.tensor_parallel == 1 else TOGETHER_BYTES
