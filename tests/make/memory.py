"""Makes the memory of a replica that generates, as its kind of work does."""

from plimsoll.engines.base import EngineProfile
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.fit import MemoryFit, fit
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.step import step_bytes


def fitted(
    arch: Architecture, placement: Placement, engine: EngineProfile, max_model_len: float
) -> MemoryFit:
    """Fit a model with the step of one that generates."""
    step = step_bytes(arch, placement.tensor_parallel, engine.batched_tok, engine.sequences)
    return fit(arch, placement, engine, max_model_len, step)
