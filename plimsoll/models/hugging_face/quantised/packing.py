"""One weight of a quantised checkpoint takes so many bits, its share of the scales of its group included."""

from plimsoll.ground.start_up import record
from plimsoll.models.hugging_face.keys import Keys, shown

MXFP4_BITS = 4.25
"""4 bits and one 8-bit scale for 32 weights (OCP Microscaling Formats 1.0)."""

NVFP4_BITS = 4.5
"""4 bits and one 8-bit scale for 16 weights (NVFP4)."""

NF4_BITS = 4.5
"""4 bits and one 32-bit maximum for 64 weights (bitsandbytes, QLoRA: arXiv 2305.14314)."""

NF4_DOUBLE_BITS = 4.127
"""The same with the maxima themselves in 8 bits, 256 to a second 32-bit one (double quantisation, §3)."""

USUAL_GROUP = 128
_SCALE_BITS = 16


@record
class WeightFormat:
    """A format of weights: the precision's name, and bits per weight with its scales."""

    precision: str
    bits: float


UNPACKED = WeightFormat("bf16", 16.0)
FP8 = WeightFormat("fp8", 8.0)
INT8 = WeightFormat("int8", 8.0)


def whole_numbers(bits: int, group: int, *, zero_points: bool) -> WeightFormat:
    """Integers in groups that share a 16-bit scale, and a zero point of their own width if there is one."""
    beside = (_SCALE_BITS + (bits if zero_points else 0)) / group if group > 0 else 0.0
    return WeightFormat(f"int{bits}", bits + beside)


def of_group(part: Keys) -> WeightFormat:
    """Read `num_bits`, `type`, `group_size` and `symmetric` of a compressed-tensors group."""
    width, group = part.whole("num_bits", default=8), _group(part)
    if width not in (4, 8):
        part.note("num_bits", f"{width}-bit weights are not supported", "use a 4- or 8-bit checkpoint")
        return INT8
    if part.text("type", "int") == "float":
        return FP8 if width == 8 else WeightFormat("fp4", MXFP4_BITS if group == 32 else NVFP4_BITS)
    return whole_numbers(width, group, zero_points=part.raw("symmetric") is False)


def _group(part: Keys) -> int:
    size = part.raw("group_size")
    return size if isinstance(size, int) and not isinstance(size, bool) and 0 < size < 10**6 else 0


def of_bits(inner: Keys) -> WeightFormat:
    """Read `bits` and `group_size` of AWQ, GPTQ and AutoRound: their files keep zero points always."""
    bits = inner.whole("bits", "w_bit", "weight_bits", default=4, low=1)
    if bits not in (4, 8):
        inner.note("bits", f"{bits}-bit weights are not supported", "use a 4- or 8-bit checkpoint")
        return INT8
    group = inner.raw("group_size", "q_group_size")
    size = group if isinstance(group, int) and not isinstance(group, bool) else USUAL_GROUP
    return whole_numbers(bits, size, zero_points=True)


def of_bitsandbytes(inner: Keys) -> WeightFormat:
    """Read bitsandbytes: NF4 with or without double quantisation, or LLM.int8()."""
    if inner.flag("load_in_4bit", inner.flag("_load_in_4bit")):
        return WeightFormat("int4", NF4_DOUBLE_BITS if inner.flag("bnb_4bit_use_double_quant") else NF4_BITS)
    return INT8


def by_algorithm(algorithm: str) -> WeightFormat:
    """Take a format by the words that name it: `NVFP4`, `FP8_PB_WO`, `W4A16_AWQ`, `fp8_e4m3`, `int4`."""
    name = algorithm.lower()
    if "mxfp4" in name:
        return WeightFormat("fp4", MXFP4_BITS)
    if "fp4" in name:
        return WeightFormat("fp4", NVFP4_BITS)
    if "fp8" in name or "float8" in name:
        return FP8
    if "4" in name.replace("a4", ""):
        return whole_numbers(4, USUAL_GROUP, zero_points=False)
    return INT8


def known_algorithm(part: Keys, name: str) -> WeightFormat:
    """Read an algorithm at key `name`; none is the plain 16-bit format."""
    value = part.raw(name)
    if value is None or (isinstance(value, str) and value.lower() in {"none", "float16", "bfloat16"}):
        return UNPACKED
    if isinstance(value, str):
        return by_algorithm(value)
    part.note(name, f"{shown(value)} is not the name of an algorithm", "copy it from the published file")
    return UNPACKED
