"""TorchAO writes its objects into `quantization_config`: a type with data, or one for each module."""

from collections.abc import Mapping
from typing import Any, cast

from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at
from plimsoll.models.hugging_face.keys import Keys, shown
from plimsoll.models.hugging_face.quantised.packing import FP8, INT8, UNPACKED, USUAL_GROUP, WeightFormat

_TABLES = ("model.embed_tokens", "embed_tokens", "model.language_model.embed_tokens")
_HEADS = ("lm_head",)


@record
class TorchAO:
    """The packing of all modules, of those that are named, and of the two tables."""

    general: WeightFormat
    by_name: tuple[tuple[str, WeightFormat], ...] = ()
    tables: WeightFormat = UNPACKED
    head: WeightFormat = UNPACKED


def read_torchao(inner: Keys) -> TorchAO:
    """Read `quant_type`: a name of old, an object under `default`, or an object of objects by module."""
    kind = inner.raw("quant_type")
    if isinstance(kind, str):
        arguments = inner.nested("quant_type_kwargs") or {}
        one = _packing(inner, kind, arguments)
        return TorchAO(one, tables=one, head=one)
    outer = mapping_at(mapping_at(kind).get("default", kind))
    data = mapping_at(outer, "_data")
    by_module = data.get("module_fqn_to_config") or data.get("fqn_to_config")
    if not isinstance(by_module, dict):
        one = _configured(inner, outer)
        return TorchAO(one, tables=one, head=one)
    found = {name: _configured(inner, each) for name, each in cast("dict[str, Any]", by_module).items()}
    general = found.pop("_default", UNPACKED)
    tables = next((found[name] for name in _TABLES if name in found), UNPACKED)
    head = next((found[name] for name in _HEADS if name in found), general)
    return TorchAO(general, tuple(found.items()), tables, head)


def _configured(inner: Keys, value: object) -> WeightFormat:
    config = mapping_at(value)
    return (
        _packing(inner, str(config["_type"]), mapping_at(config.get("_data")))
        if "_type" in config
        else UNPACKED
    )


def _packing(inner: Keys, kind: str, data: Mapping[str, Any]) -> WeightFormat:
    """Take the format by the type's name; int4 tiles keep a 16-bit scale and zero point for each group."""
    name = kind.lower().replace("_", "")
    if "float8" in name or "fp8" in name:
        return FP8
    if "int8" in name or "intx" in name:
        return INT8  # four-bit weights of these types lie in whole bytes
    if "int4" in name or "uint4" in name:
        group = data.get("group_size")
        size = group if isinstance(group, int) and 0 < group < 10**6 else USUAL_GROUP
        return WeightFormat("int4", 4 + 32 / size)
    inner.note(
        "quant_type",
        f"unknown TorchAO type {shown(kind)}",
        "known types: float8, int8, intx and int4 weights",
    )
    return UNPACKED
