"""A `quantization_config` declares which modules a checkpoint packs, and how, by method."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from plimsoll.ground.tree import mapping_at
from plimsoll.models.hugging_face.keys import Keys, shown
from plimsoll.models.hugging_face.quantised.names import MOST_EFFORT, ModuleNames, is_pattern
from plimsoll.models.hugging_face.quantised.packing import (
    FP8,
    INT8,
    MXFP4_BITS,
    NVFP4_BITS,
    UNPACKED,
    USUAL_GROUP,
    WeightFormat,
    by_algorithm,
    known_algorithm,
    of_bits,
    of_bitsandbytes,
    of_group,
    whole_numbers,
)
from plimsoll.models.hugging_face.quantised.storage import Storage
from plimsoll.models.hugging_face.quantised.torchao import read_torchao

_KEPT_LISTS = (
    "modules_to_not_convert",
    "ignore",
    "exclude_modules",
    "ignored_layers",
    "exclude",
    "llm_int8_skip_modules",
)
"""What the writers of quantised checkpoints call their list of modules that stay as they were."""

_METHODS: Mapping[str, WeightFormat | None] = {
    "fp8": FP8,
    "fbgemm_fp8": FP8,
    "mxfp8": FP8,
    "nvfp4": WeightFormat("fp4", NVFP4_BITS),
    "modelopt_fp4": WeightFormat("fp4", NVFP4_BITS),
    "eetq": INT8,
    "experts_int8": INT8,
    "quanto": INT8,
    "awq": None,
    "gptq": None,
    "gptq_marlin": None,
    "awq_marlin": None,
    "auto-round": None,
    "auto_round": None,
    "intel/auto-round": None,
    "inc": None,
}
"""Methods of one format (None: `bits` and `group_size` say it)."""

_TOO_MUCH = "the lists of modules take too long to match: too many expressions, or repeats of repeats"

_READ_APART = ("bitsandbytes", "compressed-tensors", "hqq", "modelopt", "mxfp4", "quark", "torchao")


def read_declared(keys: Keys, config: Mapping[str, Any]) -> Storage:
    """Read a checkpoint's `quantization_config` (or `compression_config`), found under `keys`."""
    if isinstance(config.get("quantization"), dict):  # ModelOpt's own file, put in whole
        config = cast("dict[str, Any]", config["quantization"])
    inner = Keys(config, keys.problems, path=(*keys.path, "quantization_config"))
    method = inner.text("quant_method").lower().replace("_tensors", "-tensors")
    found = _named_method(inner, method) or _by_method(inner, method)
    kept = ModuleNames(_kept(inner))
    schemes = (*([(kept, UNPACKED)] if kept else []), *found.schemes)
    if sum(names.effort for names, _ in schemes) > MOST_EFFORT:
        keys.note("quantization_config", _TOO_MUCH, "name the modules, or use fewer and simpler expressions")
        return Storage(UNPACKED, assumed=True)
    return replace(found, schemes=schemes)


def _joined(named: Iterable[tuple[str, WeightFormat]]) -> tuple[tuple[ModuleNames, WeightFormat], ...]:
    """Join what is packed alike, for a checkpoint may name every expert: names, then patterns in turn."""
    names: dict[WeightFormat, list[str]] = {}
    patterns: list[tuple[ModuleNames, WeightFormat]] = []
    for name, packing in named:
        if is_pattern(name):
            patterns.append((ModuleNames([name]), packing))
        else:
            names.setdefault(packing, []).append(name)
    return (*((ModuleNames(each), packing) for packing, each in names.items()), *patterns)


def packs_towers(config: Mapping[str, Any]) -> bool:
    """Say whether towers are packed too: bitsandbytes takes every matrix that its list does not spare."""
    inner = mapping_at(config, "quantization_config")
    spared = ModuleNames(inner.get("llm_int8_skip_modules") or ())
    return inner.get("quant_method") == "bitsandbytes" and not spared.tower


def _kept(inner: Keys) -> list[object]:
    return [module for name in _KEPT_LISTS for module in inner.items(name) or ()]


def _by_method(inner: Keys, method: str) -> Storage:
    if method not in _METHODS:
        known = ", ".join(sorted({*_METHODS, *_READ_APART}))
        inner.note("quant_method", f"unknown method {shown(method)}", f"known methods: {known}")
        return Storage(UNPACKED, assumed=True)
    packing = _METHODS[method] or of_bits(inner)
    head = packing if inner.raw("lm_head") is True else UNPACKED
    return Storage(packing, (*_dynamic(inner), *_extra(inner)), head=head)


def _named_method(inner: Keys, method: str) -> Storage | None:
    """Read the methods whose configs have a shape of their own."""
    if method == "mxfp4":
        # Without a list only the experts are packed (gpt-oss, Transformers' Mxfp4Config).
        attention = () if _kept(inner) else ((ModuleNames(["self_attn"]), UNPACKED),)
        return Storage(WeightFormat("fp4", MXFP4_BITS), attention)
    if method == "bitsandbytes":
        return Storage(of_bitsandbytes(inner))
    if method == "torchao":
        return _torchao(inner)
    if method == "hqq":
        return Storage(_hqq(inner))
    if method == "quark":
        return _quark(inner)
    if inner.nested("config_groups"):
        return _groups(inner)
    if inner.has("quant_algo"):
        return _modelopt(inner)
    if method.startswith("compressed"):
        return Storage(by_algorithm(inner.text("format")))
    return None


def _groups(inner: Keys) -> Storage:
    """Read compressed-tensors: groups of targets, classes (`Linear`) or names, each with its weights."""
    groups = inner.nested("config_groups") or {}
    named: list[tuple[ModuleNames, WeightFormat]] = []
    general: WeightFormat | None = None
    for name in sorted(groups):
        group = Keys(mapping_at(groups, name), inner.problems, path=(*inner.path, "config_groups", name))
        weights = group.nested("weights")
        if weights is None:
            continue
        packing = of_group(Keys(weights, inner.problems, path=(*group.path, "weights")))
        targets = group.items("targets") or ("Linear",)
        if "Linear" in targets:
            general = general or packing
        else:
            named.append((ModuleNames(targets), packing))
    if general is None and not named:
        return Storage(by_algorithm(inner.text("format")))
    return Storage(general or named[0][1], tuple(named), only_named=general is None)


def _modelopt(inner: Keys) -> Storage:
    """Read ModelOpt: one algorithm, or `MIXED_PRECISION` with that of every module."""
    layers = inner.nested("quantized_layers")
    if layers is None:
        return Storage(known_algorithm(inner, "quant_algo"))
    found: list[tuple[str, WeightFormat]] = []
    for name, each in layers.items():
        part = Keys(mapping_at(each), inner.problems, path=(*inner.path, "quantized_layers", name))
        found.append((name, known_algorithm(part, "quant_algo")))
    usual = Counter(packing for _, packing in found).most_common(1)
    return Storage(usual[0][0] if usual else UNPACKED, _joined(found), only_named=True)


def _quark(inner: Keys) -> Storage:
    """Read Quark: a global format of weights, and those of layers by name."""
    general = _quark_weights(inner, inner.nested("global_quant_config") or {})
    layers = inner.nested("layer_quant_config") or {}
    named = ((name, _quark_weights(inner, mapping_at(each))) for name, each in layers.items())
    return Storage(general, _joined(named))


def _quark_weights(inner: Keys, config: Mapping[str, Any]) -> WeightFormat:
    weight: Any = config.get("weight")
    if isinstance(weight, list):
        weight = next(iter(cast("list[Any]", weight)), None)
    part = Keys(mapping_at(weight), inner.problems, path=(*inner.path, "global_quant_config", "weight"))
    dtype = part.text("dtype")
    group = part.raw("group_size")
    if dtype == "fp4":
        return WeightFormat("fp4", MXFP4_BITS if group != 16 else NVFP4_BITS)
    return by_algorithm(dtype) if dtype else UNPACKED


def _hqq(inner: Keys) -> WeightFormat:
    """Read HQQ: a 16-bit scale and a 16-bit zero for each group (mobiusml/hqq)."""
    config = inner.nested("quant_config") or {}
    weights = mapping_at(config, "weight_quant_params")
    part = Keys(weights or inner.values, inner.problems, path=inner.path)
    bits, group = part.whole("nbits", "bits", default=4), part.whole("group_size", default=64)
    return WeightFormat("int4" if bits <= 4 else "int8", bits + 32 / group)


def _torchao(inner: Keys) -> Storage:
    found = read_torchao(inner)
    outer = inner.flag("include_input_output_embeddings") or found.by_name
    tables, head = (found.tables, found.head) if outer else (UNPACKED, UNPACKED)
    return Storage(found.general, _joined(found.by_name), tables=tables, head=head)


def _dynamic(inner: Keys) -> tuple[tuple[ModuleNames, WeightFormat], ...]:
    """Read GPTQ's `dynamic`: `-:` before an expression keeps modules, `+:` packs them otherwise."""
    rules = inner.nested("dynamic") or {}
    found: list[tuple[str, WeightFormat]] = []
    for rule, values in rules.items():
        names = "re:" + rule.removeprefix("-:").removeprefix("+:")
        if rule.startswith("-:"):
            found.append((names, UNPACKED))
        elif isinstance(values, dict):
            merged = {**inner.values, **cast("dict[str, Any]", values)}
            found.append((names, of_bits(Keys(merged, inner.problems, path=(*inner.path, "dynamic", rule)))))
    return _joined(found)


def _extra(inner: Keys) -> tuple[tuple[ModuleNames, WeightFormat], ...]:
    """Read AutoRound's `extra_config`: modules with bits of their own; 16 and more are kept."""
    extra = inner.nested("extra_config") or {}
    found: list[tuple[str, WeightFormat]] = []
    for name, values in extra.items():
        bits = mapping_at(values).get("bits")
        if isinstance(bits, int) and bits >= 16:
            found.append((name, UNPACKED))
        elif bits in (4, 8):
            found.append((name, whole_numbers(bits, USUAL_GROUP, zero_points=True)))
    return _joined(found)
