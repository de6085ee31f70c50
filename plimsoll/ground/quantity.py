"""Kubernetes quantities (`200Gi`, `500m`, `1e3`) are read exactly and strictly.

Source: the serialisation format in k8s.io/apimachinery `pkg/api/resource/quantity.go`.
"""

import re
from decimal import Context, Decimal

_QUANTITY = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"(?:(?P<suffix>[numkMGTPE]|[KMGTPE]i)|[eE](?P<exponent>[+-]?[0-9]{1,2}))?",
    re.ASCII,
)

_SUFFIX = {
    "n": Decimal("1e-9"),
    "u": Decimal("1e-6"),
    "m": Decimal("1e-3"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "P": Decimal(10**15),
    "E": Decimal(10**18),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
    "Pi": Decimal(2**50),
    "Ei": Decimal(2**60),
}

LONGEST = 40
"""Characters beyond which a text is not read as a quantity: no real one is longer."""

_EXACT = Context(prec=2 * LONGEST)
"""Room for every digit of a text times a suffix: the default of 28 digits would round."""


def parse_quantity(text: str) -> Decimal | None:
    """Read a quantity in its base unit (cores, bytes, pieces); None if it is not a quantity.

    >>> parse_quantity("500m")
    Decimal('0.500')
    """
    if len(text) > LONGEST:
        return None
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number = Decimal(match["number"])
    if match["suffix"]:
        return _EXACT.multiply(number, _SUFFIX[match["suffix"]])
    if match["exponent"]:
        return number.scaleb(int(match["exponent"]), _EXACT)
    return number
