"""The model that a server loads is found in the catalogue: itself, a checkpoint of one, or its size alone."""

import re
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.importing.note import SpecPart, not_read
from plimsoll.importing.server import VLLM, Server

QUANTISED = {
    "fp8": "fp8", "fbgemm_fp8": "fp8", "ptpc_fp8": "fp8", "modelopt": "fp8",
    "awq": "int4", "awq_marlin": "int4", "gptq": "int4", "gptq_marlin": "int4", "bitsandbytes": "int4",
    "experts_int8": "int8", "mxfp4": "fp4", "modelopt_fp4": "fp4",
}  # fmt: skip
"""What --quantization makes of weights, by method. Source: vLLM docs/features/quantization at v0.22."""

_DTYPES = {"bfloat16": "bf16", "float16": "fp16", "half": "fp16"}

_IN_NAME = (
    (re.compile(r"nvfp4|mxfp4|fp4", re.I), "fp4"),
    (re.compile(r"w4a16|awq|gptq|int4|4bit", re.I), "int4"),
    (re.compile(r"w8a8|int8|8bit", re.I), "int8"),
    (re.compile(r"fp8", re.I), "fp8"),
)
_SUFFIX = re.compile(
    r"[-_.](?:nvfp4|mxfp4|fp4|w4a16|awq|gptq|int4|int8|4bit|8bit|w8a8|fp8|dynamic|quantized|marlin|g128)\b.*",
    re.I,
)
_SIZE = re.compile(r"(?<![0-9.])([0-9]{1,4}(?:\.[0-9]{1,2})?)b(?![a-z])", re.I)
_ACTIVE = re.compile(r"-a([0-9]{1,3}(?:\.[0-9]{1,2})?)b(?![a-z])", re.I)


def model_part(server: Server, catalog: Catalog, said: str | None = None) -> SpecPart:
    """Say which model is served, in which precision, from which weights; `said` is named by a person.

    Where neither the catalogue nor the name says anything, no model is in the answer.
    """
    name = said or server.model
    if name is None:
        return SpecPart()
    found = _known(name, catalog) or _quantised(name, catalog) or _by_size(name)
    told = _told(server)
    if told and "precision" not in found.keys:
        found = SpecPart({**found.keys, "precision": told}, found.notes)
    return found


def _known(name: str, catalog: Catalog) -> SpecPart | None:
    """Find a model or a published checkpoint by its name."""
    if catalog.model(name) is not None:
        return SpecPart({"model": name})
    checkpoint = catalog.checkpoint_named(name)
    if checkpoint is None:
        return _mirrored(name, catalog)
    own = catalog.checkpoint(checkpoint.model, checkpoint.precision)
    keys: dict[str, Any] = {"model": checkpoint.model, "precision": checkpoint.precision}
    return SpecPart(keys if own == checkpoint else keys | {"weights": name})


def _mirrored(name: str, catalog: Catalog) -> SpecPart | None:
    """Find the model of which somebody holds a copy under its own name, such as one that is not gated."""
    last = name.rpartition("/")[2]
    if last == name or catalog.model(last) is None:
        return None
    return SpecPart({"model": last, "weights": name}, {"model": f"taken for the {last} of the catalogue"})


def _quantised(name: str, catalog: Catalog) -> SpecPart | None:
    """Find the model whose name is left without what says how its weights are stored."""
    precision = _precision_in(name)
    bare = _SUFFIX.sub("", name)
    if precision is None or bare == name:
        return None
    base = next((each for each in (bare, bare.rpartition("/")[2]) if catalog.model(each) is not None), None)
    if base is None:
        return None
    note = f"read from the name of its weights, {name}"
    return SpecPart(
        {"model": base, "precision": precision, "weights": name}, {"model": note, "precision": note}
    )


def _by_size(name: str) -> SpecPart:
    """Take the size that a name says for all that is known of a model."""
    size = _SIZE.search(name.rpartition("/")[2])
    if size is None or not float(size[1]):
        return SpecPart({}, {"model": not_read(f"the catalogue has no {name}, and its name says no size")})
    shape: dict[str, Any] = {"params_b": _number(size[1])}
    if active := _ACTIVE.search(name):
        shape["active_params_b"] = _number(active[1])
    keys: dict[str, Any] = {"model": shape, "weights": name}
    if precision := _precision_in(name):
        keys["precision"] = precision
    why = f"the catalogue has no {name}; its size is that of its name: name its config.json for more"
    return SpecPart(keys, {"model": not_read(why)})


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value


def _precision_in(name: str) -> str | None:
    last = name.rpartition("/")[2]
    return next((precision for pattern, precision in _IN_NAME if pattern.search(last)), None)


def _told(server: Server) -> str | None:
    """Read what the engine is told to make of the weights."""
    flags = server.flags
    method = (flags.first("quantization") or "").lower()
    dtype = (flags.first("dtype") or "").lower()
    return QUANTISED.get(method) or (_DTYPES.get(dtype) if server.engine == VLLM else None)
