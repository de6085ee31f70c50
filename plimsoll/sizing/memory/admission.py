"""Admission finds how many requests an engine is told to run at once, and the memory that this leaves.

Each request that may run takes memory of every step, for its logits; what the steps take is no cache, which
holds the requests. The number that the manifests set is the greatest that agrees with both.
"""

from collections.abc import Callable
from dataclasses import replace

from plimsoll.engines.base import EngineProfile
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.fit import MemoryFit, fit
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.step import step_bytes


def admitted(
    arch: Architecture, placement: Placement, engine: EngineProfile, longest_tok: int, mean_tok: float
) -> MemoryFit:
    """Fit a model that generates, under the number of requests that its engine is told.

    `longest_tok` is the longest request that must fit, `mean_tok` the mean one. Where the spec sets the
    number it is taken as it is. Else both sides are monotone: more requests take more, and leave less cache
    for them, so that one number is the greatest; it is found by halving and never swings.
    """
    engine = engine.for_longest(longest_tok)

    def step(sequences: int) -> int:
        return step_bytes(arch, placement.tensor_parallel, engine.batched_tok, sequences)

    if engine.told.max_num_seqs is not None:
        return fit(arch, placement, engine, longest_tok, step(engine.sequences))
    least = fit(arch, placement, replace(engine, sequences=1), longest_tok, step(1))
    if not least.fits:
        return least
    room, each = least.kv_cache + step(1), least.sequence_bytes(mean_tok)

    def holds(sequences: int) -> bool:
        return room - step(sequences) >= max(least.longest_sequence, sequences * each)

    most = _greatest(holds, most_sequences(engine))
    activations = least.activations - step(1) + step(most)
    return replace(least, activations=activations, engine=replace(engine, sequences=most))


def most_sequences(engine: EngineProfile) -> int:
    """Limit the requests of one step: a running request takes at least one of its tokens."""
    return min(engine.sequences, engine.batched_tok)


def _greatest(holds: Callable[[int], bool], most: int) -> int:
    """Find the greatest number up to `most` that holds; one always counts as holding."""
    if holds(most):
        return most
    low, high = 1, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
