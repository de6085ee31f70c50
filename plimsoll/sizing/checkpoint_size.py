"""A checkpoint whose stored size is known is sized by it, not by what its number format usually takes."""

from dataclasses import replace

from plimsoll.models.architecture import Architecture
from plimsoll.sizing.memory import weight_bytes

_ONE_BIT, _TWO_BITS = 1.0, 2.0


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
