"""Memory decides what fits: weights, activations and KV cache on one accelerator of a replica.

The engine may use a fraction of the device. Weights, the peak of one step and what lies outside the
framework come off; the rest is the KV cache.
"""

from typing import Annotated

from plimsoll.engines.base import EngineProfile
from plimsoll.engines.precision import cache_bytes
from plimsoll.ground.start_up import record
from plimsoll.ground.units import GIB
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.adapters import adapter_bytes
from plimsoll.sizing.memory.kv_cache import sequence_bytes
from plimsoll.sizing.memory.placement import Placement
from plimsoll.sizing.memory.weights import loading_bytes, weight_bytes


@record
class MemoryFit:
    """Memory of one accelerator of a replica, in bytes.

    `usable` is the engine's fraction × device memory; `kv_cache` is what is left of it after weights and
    `activations` (the step's peak, CUDA graphs, and what lies outside the framework), negative if they
    do not fit. `longest_sequence` is the cache that one request of the greatest length takes. `loading` is
    the most that weights take while they are loaded, when nothing else is held yet.
    """

    weights: int
    activations: int
    usable: int
    longest_sequence: int
    loading: int
    engine: EngineProfile
    _arch: Architecture
    _placement: Placement

    @property
    def kv_cache(self) -> int:
        """Bytes that are left for the cache; negative if there are none."""
        return self.usable - self.weights - self.activations

    @property
    def sequences_limit(self) -> int:
        """Requests that the engine runs at once at most, whatever the cache holds."""
        return self.engine.sequences

    @property
    def fits(self) -> bool:
        """Whether the engine starts: weights load and fit, and one request of the greatest length does."""
        return self.loads and self.kv_cache >= 0 and self.kv_cache >= self.longest_sequence

    @property
    def loading_room(self) -> int:
        """Bytes that loading may take: all of the device, whatever share is kept for serving."""
        return self._placement.visible_bytes - self._placement.outside_bytes

    @property
    def loads(self) -> bool:
        """Whether the weights get onto the device at all."""
        return self.loading <= self.loading_room

    @property
    def shortfall(self) -> int:
        """Bytes that are missing per accelerator; 0 if it fits."""
        unloaded = self.loading - self.loading_room
        return max(self.longest_sequence - self.kv_cache, -self.kv_cache, unloaded, 0)

    def sequence_bytes(self, tokens: float) -> int:
        """Size the cache that one request of `tokens` takes on this accelerator."""
        return _sequence_bytes(self._arch, self._placement, self.engine, tokens)

    def longest_tok(self, most: int, share: float = 1.0) -> int:
        """Count the tokens of one request that a share of the cache holds: `most`, or whole blocks below.

        Windows and states do not grow, so a long request takes less than its length times that of a token.
        """
        room = int(self.kv_cache * share)
        whole = self.sequence_bytes(most)
        if whole <= room:
            return most
        block = self.engine.block_tok
        low, high = 0, -(-most // block)
        # Where all of it grows with the request, its share of the whole is right, and the next is the proof.
        guesses = [high * max(room, 0) // whole, high * max(room, 0) // whole + 1]
        while high - low > 1:
            middle = guesses.pop(0) if guesses else (low + high) // 2
            if low < middle < high:
                fits = self.sequence_bytes(middle * block) <= room
                low, high = (middle, high) if fits else (low, middle)
        return low * block

    def max_sequences(self, tokens: float) -> int:
        """Count requests of mean length `tokens` that the cache holds at once, within the engine's limit."""
        return min(self.cached_sequences(tokens), self.sequences_limit)

    def cached_sequences(self, tokens: float) -> int:
        """Count requests of mean length `tokens` that the cache holds, whatever the engine lets run."""
        if not self.fits:
            return 0
        each = self.sequence_bytes(tokens)
        return self.kv_cache // each if each else self.sequences_limit


@record
class MemoryGib:
    """Memory of one accelerator, GiB; `kv_cache` is None for a model that keeps none."""

    weights: Annotated[float, "Weights, GiB per accelerator."]
    kv_cache: Annotated[float | None, "What is left for the KV cache, GiB per accelerator."]
    activations: Annotated[float, "Reserve for activations, GiB per accelerator."]
    usable: Annotated[float, "Engine fraction × device memory, GiB per accelerator."]
    gradients: Annotated[None, "Null: a service trains nothing."] = None
    optimizer: Annotated[None, "Null: a service trains nothing."] = None
    logits: Annotated[None, "Null: a service keeps none for training."] = None
    overhead: Annotated[None, "Null: it is among the activations of a service."] = None

    @classmethod
    def of(cls, fit: MemoryFit, *, cache: bool) -> "MemoryGib":
        """Tell of a fit; `cache` says whether such a model keeps a KV cache."""
        kv_cache = max(fit.kv_cache, 0) / GIB if cache else None
        return cls(fit.weights / GIB, kv_cache, fit.activations / GIB, fit.usable / GIB)


def fit(
    arch: Architecture, placement: Placement, engine: EngineProfile, max_model_len: float, step: int
) -> MemoryFit:
    """Fit a model on one accelerator of a replica, for requests of at most `max_model_len` tokens.

    `step` is the peak of one step beside the weights, in bytes: each kind of work knows its own.
    weights + activations + cache = fraction × nominal memory. The engine takes its fraction of what CUDA
    reports, which is less than nominal; the difference counts among the activations.
    """
    usable = int(engine.fraction * placement.device_bytes)
    hidden = usable - int(engine.fraction * placement.visible_bytes)
    weights = weight_bytes(arch, placement.precision, placement.tensor_parallel, placement.capability)
    if placement.adapters is not None:
        weights += adapter_bytes(arch, placement.adapters, placement.tensor_parallel)
    return MemoryFit(
        weights=weights,
        activations=hidden + placement.outside_bytes + engine.graph_bytes + step,
        usable=usable,
        longest_sequence=_sequence_bytes(arch, placement, engine, max_model_len, engine.batched_tok),
        loading=loading_bytes(arch, placement, engine.quantising),
        engine=engine,
        _arch=arch,
        _placement=placement,
    )


def _sequence_bytes(
    arch: Architecture, placement: Placement, engine: EngineProfile, tokens: float, step_tok: int = 0
) -> int:
    width = cache_bytes(placement.kv_precision)
    return sequence_bytes(arch, tokens, placement.tensor_parallel, width, engine.block_tok, step_tok)
