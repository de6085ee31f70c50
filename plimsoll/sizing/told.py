"""An engine is told what a spec says of it, and what sizing found under that."""

from plimsoll.engines.base import AdapterSlots, EngineKeys, EngineSettings
from plimsoll.sizing.memory.fit import MemoryFit
from plimsoll.sizing.memory.placement import Placement
from plimsoll.spec.engine import Engine
from plimsoll.spec.workload import Workload


def told_by(workload: Workload) -> tuple[object, ...]:
    """Gather what a spec tells its engine: while it stays, memory and speed of a placement do.

    What weights hold may be known by the precisions of the spec alone.
    """
    said = (workload.precision, workload.pin.precision) if workload.weights else ()
    return workload.engine, workload.adapters, workload.weights, workload.load.of_one_request, *said


def keys_of(engine: Engine) -> EngineKeys:
    """Take the keys that stand for the engine's own defaults."""
    return EngineKeys(
        engine.memory_share, engine.kv_cache_dtype, engine.max_num_seqs, engine.max_num_batched_tokens
    )


def adapters_of(workload: Workload) -> AdapterSlots | None:
    """Take the adapters that stay beside the weights; None without any."""
    given = workload.adapters
    return AdapterSlots(given.count, given.rank) if given is not None else None


def settings(memory: MemoryFit, placement: Placement, longest_tok: int) -> EngineSettings:
    """Tell the engine what its memory was sized for."""
    engine = memory.engine
    return EngineSettings(
        max_model_len_tok=longest_tok,
        max_num_seqs=engine.sequences,
        gpu_memory_utilization=round(engine.fraction, 4),
        max_num_batched_tokens=engine.batched_tok,
        kv_cache_dtype=engine.kv_cache_dtype,
        adapters=placement.adapters,
        cut_prompts=engine.reads_whole and engine.batched_tok < longest_tok,
    )
