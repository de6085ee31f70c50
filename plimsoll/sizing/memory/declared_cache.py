"""A checkpoint may declare in what its KV cache is kept; an engine that is told nothing else keeps it so."""

from collections.abc import Iterator

from plimsoll.catalog.facts import Accelerator
from plimsoll.engines.registry import generation_engine
from plimsoll.ground.assumption import Assumption
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.placement import Placement
from plimsoll.spec.engine import Engine

_ENGINES_OWN = "auto"


def cache_type(weights: Architecture, engine: Engine, accelerator: Accelerator) -> str:
    """Say in what the cache is kept: as the spec says, else as the weights declare, if heeded."""
    said, declared = engine.kv_cache_dtype, weights.cache_precision
    if said != _ENGINES_OWN or not declared:
        return said
    heeded = generation_engine(engine.name).profile(engine.version, accelerator).declared_cache
    return declared if declared in heeded.split() else said


def cache_assumed(placement: Placement, engine: Engine) -> Iterator[Assumption]:
    """Say that the cache is kept as the weights declare, where the spec leaves it to the engine."""
    if engine.kv_cache_dtype == _ENGINES_OWN != placement.kv_precision:
        source = "declared by the checkpoint, which the engine's auto takes"
        yield Assumption("engine.kv_cache_dtype", placement.kv_precision, None, source)
