"""A misfit says why a model does not run on an accelerator: its memory, its split, the type of its cache."""

from collections.abc import Iterator
from math import ceil

from plimsoll.catalog.engine_facts import known
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.limits import HOST, MEMORY, PRECISION, Reason
from plimsoll.sizing.memory.fit import MemoryFit
from plimsoll.sizing.memory.placement import Placement

_HELD = {
    "layer": "one layer of them at a time",
    "whole": "all of them first",
    "both": "all of them beside what it made",
}
"""How an engine version quantises at load (`catalog/data/engines.csv`, fact `quantising`), in words."""


def split_reasons(architecture: Architecture, split: int) -> Iterator[Reason]:
    """Yield why a model cannot be split over so many accelerators."""
    if problem := tensor_parallel_problem(architecture, split):
        yield HOST.broken(problem, None, split, "accelerators")


def tensor_parallel_problem(arch: Architecture, tensor_parallel: int) -> str:
    """Say why a model cannot be split over so many accelerators, as a clause; empty if it can.

    vLLM splits query heads evenly, and K/V heads evenly or in whole copies; expert and dense widths must
    divide. The vocabulary is padded, so it never forbids a split.
    """
    if tensor_parallel == 1:
        return ""
    if arch.heads and arch.heads % tensor_parallel:
        return f"{arch.heads} attention heads do not divide by tensor parallel {tensor_parallel}"
    for group in arch.attention:
        kv = group.kv_heads
        if kv and kv % tensor_parallel and tensor_parallel % kv:
            return f"{kv} key/value heads neither divide by tensor parallel {tensor_parallel} nor it by them"
    dense = arch.experts is None or arch.layers > arch.experts.layers
    if dense and arch.ffn_dim % tensor_parallel:
        return f"feed-forward width {arch.ffn_dim} does not divide by tensor parallel {tensor_parallel}"
    if arch.experts is not None and arch.experts.ffn_dim % tensor_parallel:
        return f"expert width {arch.experts.ffn_dim} does not divide by tensor parallel {tensor_parallel}"
    return ""


def cache_reasons(engine: str, placement: Placement) -> Iterator[Reason]:
    """Yield why an engine keeps no 8-bit cache on an accelerator."""
    lowest = known(engine, "fp8_cache_capability")
    accelerator = placement.accelerator
    capability = accelerator.compute_capability
    if placement.kv_precision != "fp8" or lowest is None or capability is None:
        return
    if capability < float(lowest):
        why = f"an fp8 KV cache needs compute capability {lowest}; {accelerator.name} has {capability:g}"
        yield PRECISION.broken(why, None, "fp8")


def memory_reasons(
    memory: MemoryFit, placement: Placement, longest_tok: int, *, whole_node: bool = False
) -> Iterator[Reason]:
    """Yield what does not fit: the weights while they are loaded, or what serving takes.

    Of a `whole_node` that could be a stage of a pipeline, it says how many nodes would hold the weights.
    """
    if placement.made_at_load and not memory.loads:
        yield _loading(memory, placement)
    elif not memory.fits:
        yield _serving(memory, placement, longest_tok, _more_nodes(memory) if whole_node else "")


MOST_TOLD = 4
"""Nodes of a replica that are told of: more were never measured."""


def _more_nodes(memory: MemoryFit) -> str:
    """Say how many nodes would hold the weights, as a clause; empty where they would be too many."""
    room = memory.usable - memory.activations - memory.longest_sequence
    nodes = ceil(memory.weights / room) if room > 0 else 0
    return f"; needs {nodes} nodes (capacity.nodes_per_replica)" if 1 < nodes <= MOST_TOLD else ""


def _serving(memory: MemoryFit, placement: Placement, longest_tok: int, more: str) -> Reason:
    weights, activations = memory.weights / GIB, memory.activations / GIB
    needed = weights + activations + memory.longest_sequence / GIB
    usable = memory.usable / GIB
    return MEMORY.broken(
        f"{_each(placement)} needs {needed:.2f} GiB "
        f"({weights:.2f} {placement.precision} weights, {activations:.2f} activations, "
        f"{memory.longest_sequence / GIB:.2f} KV cache of one request of {longest_tok} tokens); "
        f"{usable:.2f} GiB are usable{more}",
        round(usable, 3),
        round(needed, 3),
    )


def _loading(memory: MemoryFit, placement: Placement) -> Reason:
    needed, room = memory.loading / GIB, memory.loading_room / GIB
    message = (
        f"{_each(placement)} needs {needed:.2f} GiB while loading, where the engine makes "
        f"{placement.precision} of 16-bit weights and holds {_HELD[memory.engine.quantising]}; "
        f"{room:.2f} GiB are free then"
    )
    return MEMORY.broken(message, round(room, 3), round(needed, 3))


def _each(placement: Placement) -> str:
    name, split = placement.accelerator.name, placement.tensor_parallel
    return f"each of {split} {name}" if split > 1 else f"one {name}"
