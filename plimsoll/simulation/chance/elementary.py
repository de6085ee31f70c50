"""Logarithm, exponential and the normal quantile are worked out here from sums and products alone.

The C libraries of two machines differ in the last bit of these; IEEE 754 fixes sums, products, quotients and
roots, so that what is drawn from them is the same everywhere.
"""

import math

_LN2 = 0.6931471805599453
_ROOT_HALF = 0.7071067811865476

_CENTRE = (
    (3.3871328727963666, 133.14166789178438, 1971.5909503065514, 13731.69376550946,
     45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227),
    (1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751,
     21213.794301586596, 39307.89580009271, 28729.085735721943, 5226.495278852854),
)  # fmt: skip
_TAIL = (
    (1.4234371107496836, 4.630337846156545, 5.769497221460691, 3.6478483247632045,
     1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 0.0007745450142783414),
    (1.0, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
     0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-09),
)  # fmt: skip
_FAR_TAIL = (
    (6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
     0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07),
    (1.0, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
     1.8463183175100548e-05, 1.421511758316446e-07, 2.0442631033899397e-15),
)  # fmt: skip
"""Numerators and denominators of M. J. Wichura's algorithm AS 241 (PPND16), Applied Statistics 37, 1988."""


def logarithm(value: float) -> float:
    """Take the natural logarithm of a number above 0: exponent × ln 2 + 2 artanh((m - 1) ÷ (m + 1))."""
    part, exponent = math.frexp(value)
    if part < _ROOT_HALF:
        part, exponent = part * 2.0, exponent - 1
    s = (part - 1.0) / (part + 1.0)
    z = s * s
    tail = 1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z * (1 / 21))))
    series = 1.0 + z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z * tail)))))
    return exponent * _LN2 + 2.0 * s * series


def exponential(power: float) -> float:
    """Raise e to a power between -700 and 700: 2 to the whole part, and Taylor's series of the rest."""
    whole = math.floor(power / _LN2 + 0.5)
    r = power - whole * _LN2
    tail = 1.0 + r / 8 * (1.0 + r / 9 * (1.0 + r / 10 * (1.0 + r / 11 * (1.0 + r / 12 * (1.0 + r / 13)))))
    half = 1.0 + r / 4 * (1.0 + r / 5 * (1.0 + r / 6 * (1.0 + r / 7 * tail)))
    return math.ldexp(1.0 + r * (1.0 + r / 2 * (1.0 + r / 3 * half)), whole)


def normal_at(probability: float) -> float:
    """Find the standard normal score that a share of 0 to 1, both left out, stays below."""
    q = probability - 0.5
    if -0.425 <= q <= 0.425:
        return q * _ratio(_CENTRE, 0.180625 - q * q)
    r = math.sqrt(-logarithm(probability if q < 0 else 1.0 - probability))
    score = _ratio(_TAIL, r - 1.6) if r <= 5.0 else _ratio(_FAR_TAIL, r - 5.0)
    return -score if q < 0 else score


def _ratio(of: tuple[tuple[float, ...], tuple[float, ...]], x: float) -> float:
    (a, b, c, d, e, f, g, h), (i, j, k, m, n, o, p, q) = of
    above = a + x * (b + x * (c + x * (d + x * (e + x * (f + x * (g + x * h))))))
    return above / (i + x * (j + x * (k + x * (m + x * (n + x * (o + x * (p + x * q)))))))
