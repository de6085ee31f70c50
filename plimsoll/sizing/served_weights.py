"""Served weights are what an engine really loads: the model's own, a published checkpoint, or the spec's.

An engine makes few precisions at load; every other must have been published by somebody, or no pod starts.
"""

import re
from collections.abc import Collection
from dataclasses import replace

from plimsoll.catalog.checkpoints import Checkpoint
from plimsoll.catalog.facts import Catalog
from plimsoll.ground.start_up import record
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory.weights import weight_bytes
from plimsoll.sizing.named_weights import repository_of
from plimsoll.spec.workload import Workload

PLAIN = ("bf16", "fp16")
"""Precisions of weights that are not quantised; an engine casts one to the other (vLLM `--dtype`)."""

_NAMED = (
    (r"nvfp4|modelopt.?fp4", "fp4", "modelopt"),
    (r"mxfp4", "fp4", "mxfp4"),
    (r"fp4", "fp4", "modelopt"),
    (r"fp8", "fp8", "fp8"),
    (r"gptq.*int8", "int8", "gptq"),
    (r"gptq", "int4", "gptq"),
    (r"awq", "int4", "awq"),
    (r"w8a8|int8", "int8", "compressed-tensors"),
    (r"w4a16|int4", "int4", "compressed-tensors"),
)
"""How publishers name the precision and the method of a checkpoint in its name; the first that is found."""

_ONE_BIT, _TWO_BITS = 1.0, 2.0
"""Widths of a weight at which a model is weighed, to find the one that a stored size means."""


@record
class Held:
    """A checkpoint holds weights of this precision, stored by this method; both empty where nobody knows."""

    precision: str = ""
    method: str = ""


@record
class ServedWeights:
    """The engine loads `name` (None where nobody named it), whose weights take what `architecture` says.

    `quantization` is the method of the checkpoint, or what the engine makes of plain weights at load
    (`made_at_load`); None for plain weights. `problem` says why the precision cannot be had, else "".
    """

    name: str | None
    architecture: Architecture
    quantization: str | None = None
    made_at_load: bool = False
    gated: bool = False
    problem: str = ""


@record
class Loadable:
    """A spec's model can be served in these ways: it is asked of one precision after the other.

    `at_load` are the precisions that the engine makes of plain weights when it loads them.
    """

    workload: Workload
    architecture: Architecture
    catalog: Catalog
    at_load: Collection[str] = ()

    def in_precision(self, precision: str) -> ServedWeights:
        """Find what is loaded in a precision, or say why there is nothing."""
        named = published_name(self.workload, self.architecture)
        if self.workload.weights is not None:
            return self._given(self.workload.weights, precision)
        held = Held(self.architecture.native_precision, self.architecture.quantised_by)
        if precision == held.precision or (precision in PLAIN and held.precision in PLAIN):
            return self._loaded(named, precision, held)
        published = self._published(named, precision)
        if published is not None:
            return self._checkpoint(published)
        if self._makes(precision, held.precision):
            return self._made(named, precision)
        return self._missing(named, precision)

    def default_precision(self) -> str:
        """Take what the spec's weights hold, else what the model is published in."""
        given = self.workload.weights
        return (given and self._held(given).precision) or self.architecture.native_precision

    def changed_to(self, precisions: Collection[str]) -> list[str]:
        """List the precisions that a change of the spec's precision alone could serve."""
        if self.workload.weights is None:
            return [each for each in precisions if not self.in_precision(each).problem]
        held = self._held(self.workload.weights).precision or self._taken()
        return [each for each in precisions if self._reached(each, held)]

    def _given(self, name: str, precision: str) -> ServedWeights:
        """Load what the spec names: it holds what its name says, else what the spec's precisions can mean."""
        held = self._held(name)
        known = held.precision or self._taken()
        if not self._reached(precision, known):
            return self._unlike(name, precision, known)
        if known in PLAIN and precision in self.at_load:
            return self._made(name, precision)
        return self._loaded(name, precision, held)

    def _taken(self) -> str:
        """Take one precision for what a checkpoint holds whose name does not say: it cannot hold several.

        That is a plain one where the spec accepts it, or accepts what the engine makes of it; else the first.
        """
        native, pinned = self.architecture.native_precision, self.workload.pin.precision
        accepted = (pinned,) if pinned else self.workload.precision or (native,)
        plain = next((each for each in accepted if each in PLAIN), None)
        made = native in PLAIN and any(each in self.at_load for each in accepted)
        return plain or (native if made else accepted[0])

    def _held(self, name: str) -> Held:
        """Say what a checkpoint holds: by the catalogue, else by its name, else as the model is described."""
        known = self.catalog.model(name)
        if known is not None:
            return Held(known.native_precision, known.quantised_by)
        published = self.catalog.checkpoint_named(name)
        if published is not None:
            return Held(published.precision, published.method)
        tail = name.rpartition("/")[2].lower()
        for pattern, precision, method in _NAMED:
            if re.search(pattern, tail):
                return Held(precision, method)
        own = self.architecture
        return Held(own.native_precision, own.quantised_by) if own.quantised_by else Held()

    def _reached(self, precision: str, held: str) -> bool:
        """Say whether weights that hold one precision can be served in another."""
        return precision == held or (held in PLAIN and (precision in PLAIN or precision in self.at_load))

    def _makes(self, precision: str, held: str) -> bool:
        return held in PLAIN and precision in self.at_load

    def _published(self, named: str | None, precision: str) -> Checkpoint | None:
        return self.catalog.checkpoint(named, precision) if named is not None else None

    def _loaded(self, name: str | None, precision: str, held: Held) -> ServedWeights:
        quantization = None if precision in PLAIN else held.method or precision
        return ServedWeights(name, self._of(name, precision), quantization, gated=self._gated(name))

    def _checkpoint(self, found: Checkpoint) -> ServedWeights:
        own = self.catalog.model(found.name)
        plain = replace(
            self.architecture, cache_precision=""
        )  # what another checkpoint says of its own cache
        sized = own or sized_as(plain, found.precision, found.stored_bytes)
        return ServedWeights(
            found.name, sized, found.method, gated=found.gated or (own is not None and own.gated)
        )

    def _made(self, name: str | None, precision: str) -> ServedWeights:
        gated = self._gated(name)
        return ServedWeights(name, self.architecture, precision, made_at_load=True, gated=gated)

    def _of(self, name: str | None, precision: str) -> Architecture:
        """Take the architecture of the checkpoint itself where the catalogue has it."""
        known = self.catalog.model(name) if name is not None and precision not in PLAIN else None
        return known or self.architecture

    def _gated(self, name: str | None) -> bool:
        known = self.catalog.model(name) if name is not None else None
        return known is not None and known.gated

    def _missing(self, named: str | None, precision: str) -> ServedWeights:
        own, name = self.architecture.native_precision, named or self.architecture.name
        return self._problem(
            f"no engine makes {precision} of {own} weights when it loads them, and no {precision} checkpoint "
            f"of {name} is known; give weights: the name of one"
        )

    def _unlike(self, name: str, precision: str, held: str) -> ServedWeights:
        return self._problem(
            f"{name} is taken to hold {held}, of which no engine makes {precision}; write the one precision "
            f"that it holds, or give weights that hold {precision}"
        )

    def _problem(self, text: str) -> ServedWeights:
        return ServedWeights(None, self.architecture, problem=text)


def published_name(workload: Workload, architecture: Architecture) -> str | None:
    """Name what the engine can load: the spec's `weights`, else the model as the spec calls it; or None."""
    return workload.weights if workload.weights is not None else repository_of(workload.model, architecture)


def sized_as(arch: Architecture, precision: str, stored_bytes: int | None) -> Architecture:
    """Give a model the bits per weight with which it takes exactly so many bytes in a precision.

    What a model weighs is linear in the width of its quantised weights: two widths give the line.
    """
    if stored_bytes is None:
        return arch
    one, two = (_weighed(arch, precision, width) for width in (_ONE_BIT, _TWO_BITS))
    width = _ONE_BIT + (stored_bytes - one) / (two - one)
    return replace(arch, native_precision=precision, native_bits=max(width, _ONE_BIT))


def _weighed(arch: Architecture, precision: str, width: float) -> int:
    return weight_bytes(replace(arch, native_precision=precision, native_bits=width), precision)
