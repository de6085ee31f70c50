"""A checkpoint's weights are stored module by module: in 16 bits, or as its `quantization_config` says."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.keys import Keys, shown
from plimsoll.models.hugging_face.quantised.packing import UNPACKED, WeightFormat

if TYPE_CHECKING:
    from plimsoll.models.hugging_face.quantised.names import ModuleNames

_PLAIN = {
    "bfloat16": "bf16",
    "bf16": "bf16",
    "float16": "fp16",
    "fp16": "fp16",
    "half": "fp16",
    "float32": "fp16",
    "fp32": "fp16",
}


@record
class Storage:
    """Published precision, how most quantised weights are packed, and which modules are packed otherwise.

    `schemes` are tried in order; the first whose names fit a module says its packing.
    `tables` is the packing of the input table, `head` that of the output projection.
    """

    packing: WeightFormat
    schemes: "tuple[tuple[ModuleNames, WeightFormat], ...]" = ()
    assumed: bool = False
    only_named: bool = False
    tables: WeightFormat = UNPACKED
    head: WeightFormat = UNPACKED

    @property
    def precision(self) -> str:
        """How the weights are published."""
        return self.packing.precision

    @property
    def of_every_layer(self) -> bool:
        """Whether a module is packed alike in all layers."""
        return all(patterns.of_every_layer for patterns, _ in self.schemes)

    def of(self, names: Sequence[str]) -> WeightFormat:
        """Find the packing of a module that goes by any of `names`."""
        for patterns, packing in self.schemes:
            if any(patterns.name(name) for name in names):
                return packing
        return UNPACKED if self.only_named else self.packing


def read_storage(keys: Keys) -> Storage:
    """Read the precision a checkpoint is published in; plain float32 is served as fp16."""
    config = keys.nested("quantization_config") or keys.nested("compression_config")
    if config is None:
        return _plain(keys)
    from plimsoll.models.hugging_face.quantised.declared import read_declared  # start-up: most are plain

    return read_declared(keys, config)


def _plain(keys: Keys) -> Storage:
    dtype = keys.raw("torch_dtype", "dtype")
    if dtype is None:
        return Storage(UNPACKED, assumed=True)
    if not isinstance(dtype, str) or dtype.removeprefix("torch.") not in _PLAIN:
        keys.note("torch_dtype", f"unknown type {shown(dtype)}", f"known types: {', '.join(sorted(_PLAIN))}")
        return Storage(UNPACKED, assumed=True)
    return Storage(WeightFormat(_PLAIN[dtype.removeprefix("torch.")], 16.0))
