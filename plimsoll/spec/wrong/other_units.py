"""A foreign key may name another unit (`usd_per_year`, `rpm`): its value is converted, or not told.

Advice that keeps the number and changes the unit would be wrong when it is followed.
"""

import re
from decimal import Decimal
from fractions import Fraction

from plimsoll.spec.wrong.units import COUNTS, DOLLARS, RATES, RUN_DOLLARS, SIZES, SPANS

UNTOLD = "…"
"""Stands for a value that only its author can work out."""

_MONTH = SPANS["year"] / 12
_TIMES = {**SPANS, **{word: span for word, span in RATES.items() if word not in ("rps", "qps")}}
"""Seconds of each word of a name that says a span, or a rate over one."""

_SPANS = {"milliseconds": SPANS["ms"], "seconds": SPANS["s"], "hours": SPANS["h"], "days": SPANS["d"]}
_RATES = ("requests per second", "tasks per second", "samples per second")
_BYTES = {word: size for word, size in SIZES.items() if not word.startswith("k")}
_BILLIONS = ("10^9 parameters", "10^9 tokens")
_SCALES = {word: COUNTS[word] / COUNTS["b"] for word in "kmbt"}
_LEAST_COUNT = 10**6
"""A count of parameters or tokens without a unit is one of single ones from here on, else of billions."""

_OTHER_MONEY = frozenset(
    {"eur", "euro", "euros", "gbp", "pound", "pounds", "chf", "jpy", "inr", "cny", "sek"}
)
_SUFFIXES = frozenset({*_TIMES, *_BYTES, *_SCALES})


def in_our_unit(name: str, value: object, unit: str) -> object:
    """Say what the value of a foreign key is in the unit of ours; `UNTOLD` where that does not follow.

    A name that carries no unit keeps its value, and so does a value that is no number.
    """
    words = re.split(r"[^a-z0-9]+", name.lower())
    if _OTHER_MONEY & set(words) or ("steps" in words and unit in _SPANS):
        return UNTOLD
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    worth = _worth(words, value, unit)
    if worth in (None, 1):
        return value
    made = Decimal(str(value)) * worth.numerator / worth.denominator
    return f"{made.quantize(Decimal('0.000001')).normalize():f}"


def same_but_for_its_unit(name: str, keys: list[str]) -> str:
    """Find the key that has another unit at its end, and is the same before it; "" if none is, or several."""
    stem, _, last = name.lower().replace("-", "_").rpartition("_")
    if not stem or last not in _SUFFIXES:
        return ""
    found = [key for key in keys if key.rpartition("_")[0] == stem and key.rpartition("_")[2] in _SUFFIXES]
    return found[0] if len(found) == 1 else ""


def _worth(words: list[str], value: float, unit: str) -> Fraction | None:
    """Say how many of our units one of the name's is; None where the name says none."""
    span = next((_TIMES[word] for word in reversed(words) if word in _TIMES), None)
    if unit in (DOLLARS, RUN_DOLLARS):
        cents = Fraction(1, 100) if "cents" in words else Fraction(1)
        return cents if span is None or unit == RUN_DOLLARS else cents * _MONTH / span
    if unit in _RATES:
        return None if span is None else 1 / span
    if unit in _SPANS:
        return None if span is None else span / _SPANS[unit]
    if unit == "GiB":
        return next((_BYTES[word] for word in reversed(words) if word in _BYTES), None)
    if unit in _BILLIONS:
        return _SCALES.get(words[-1], Fraction(1, 10**9) if value >= _LEAST_COUNT else None)
    return None
