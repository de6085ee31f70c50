"""Units that people write, behind a number (`800ms`) or in a key (`timeout_min`), and what they are worth.

A span, a size and a count are written here once; the tables of the spec's units follow from them.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

Worths = Mapping[str, Fraction]

DOLLARS = "US dollars per month"
RUN_DOLLARS = "US dollars per run"

_ONE = Fraction(1)
_MINUTE, _HOUR, _DAY = Fraction(60), Fraction(3600), Fraction(86_400)

SPANS: Worths = {
    "ms": Fraction(1, 1000),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), _ONE),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), _MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "hourly"), _HOUR),
    **dict.fromkeys(("d", "day", "days", "daily"), _DAY),
    **dict.fromkeys(("week", "weeks", "weekly"), 7 * _DAY),
    **dict.fromkeys(("year", "years", "yearly", "annual", "annually", "pa"), 365 * _DAY),
}
"""Seconds of each word for a span of time; a year has 365 days, as everywhere in a plan."""

RATES: Worths = {
    **dict.fromkeys(("rps", "qps"), _ONE),
    **dict.fromkeys(("rpm", "qpm"), _MINUTE),
    **dict.fromkeys(("rph", "qph"), _HOUR),
    **dict.fromkeys(("rpd", "qpd"), _DAY),
}
"""Seconds of the span over which a rate counts that has a word of its own."""

SIZES: Worths = {
    **{f"{letter}ib": Fraction(1024) ** at for at, letter in enumerate("kmgt", -2)},
    **{f"{letter}b": Fraction(1000 ** (at + 3), 2**30) for at, letter in enumerate("kmgt", -2)},
}
"""GiB of each size."""

COUNTS: Worths = {
    "k": Fraction(10**3),
    "m": Fraction(10**6),
    **dict.fromkeys(("b", "bn"), Fraction(10**9)),
    "t": Fraction(10**12),
}
"""Single ones in each word for many."""


def _of(table: Worths, words: str, unit: Fraction) -> dict[str, Fraction]:
    return {word: table[word] / unit for word in words.split()}


def _same(words: str) -> dict[str, Fraction]:
    return dict.fromkeys(words.split(), _ONE)


def _per(noun: Iterable[str], span: Fraction, spans: str) -> dict[str, Fraction]:
    """Write rates (`req/min`) in those of a span; `spans` are the words after the stroke, `m` is a minute."""
    known = {**SPANS, "m": _MINUTE}
    return {f"{each}/{word}": span / known[word] for each in noun for word in spans.split()}


_MANY = _of(COUNTS, "k m", _ONE)
_SHARES = {"%": Fraction(1, 100), "percent": Fraction(1, 100)}
_BILLIONS = _of(COUNTS, "b m t bn", COUNTS["b"])
_USD = {**_MANY, **_same("usd $ dollars")}
_PER_SECOND = {
    **_per([""], _ONE, "s min m h day d"),
    **_per(["req", "requests"], _ONE, "s min h day"),
    **{word: _ONE / span for word, span in RATES.items()},
    "k": COUNTS["k"],
    **{f"k/{word}": COUNTS["k"] / SPANS[word] for word in ("s", "min", "day")},
    "m/day": COUNTS["m"] / _DAY,
}

WORTH: Mapping[str, Worths] = {
    "milliseconds": {
        **dict.fromkeys(("us", "µs"), Fraction(1, 1000)),
        **_of(SPANS, "ms s sec min", SPANS["ms"]),
        "m": _MINUTE / SPANS["ms"],
    },
    "seconds": {**_of(SPANS, "ms s sec seconds min h", _ONE), "m": _MINUTE},
    "hours": {**_of(SPANS, "h hr hour hours min d", _HOUR), "m": _MINUTE / _HOUR},
    "days": {**_of(SPANS, "d day days h", _DAY), "w": SPANS["week"] / _DAY},
    "pixels": _same("px pixel pixels p"),
    "GiB": {
        **_of(SIZES, "gib mib tib gb mb tb", _ONE),
        **{f"{letter}i": SIZES[f"{letter}ib"] for letter in "mgt"},
        **{letter: SIZES[f"{letter}b"] for letter in "mg"},
    },
    "KiB": {
        **_of(SIZES, "kib mib kb mb", SIZES["kib"]),
        **_same("ki k"),
        "b": Fraction(1, 1024),
    },
    DOLLARS: {**_USD, **_same("usd/month /month")},
    RUN_DOLLARS: {**_USD, **_same("usd/run /run")},
    "US dollars per 10^6 tokens": _same("usd $ dollars /m usd/m"),
    "requests per second": _PER_SECOND,
    "tasks per second": {**_PER_SECOND, **_same("tasks/s")},
    "samples per second": {**_same("/s samples/s img/s images/s"), "k": COUNTS["k"]},
    "requests per hour": {**_per([""], _HOUR, "h min day"), **_same("requests/h")},
    "requests in flight": _of(COUNTS, "k", _ONE),
    "requests": {**_MANY, **_same("requests req")},
    "tasks": {**_MANY, **_same("tasks")},
    "tokens": {**_MANY, **_same("tok tokens t")},
    "users": {**_MANY, **_same("users people")},
    "samples": {**_MANY, **_same("samples")},
    "epochs": _same("epochs epoch x"),
    "a share from 0 to 1": _SHARES,
    "a share from 0 to 1, or whole replicas": _SHARES,
    "vCPU": {"m": Fraction(1, 1000), **_same("vcpu vcpus cpu cpus core cores")},
    "10^9 parameters": _BILLIONS,
    "10^9 tokens": _BILLIONS,
    "GB/s": {**_same("gb/s"), "mb/s": Fraction(1, 1000), **dict.fromkeys(("gbps", "gbit/s"), Fraction(1, 8))},
    "per 1,000 node-days": {},
    "runs per month": _same("runs /month"),
}
"""By unit of the spec (`plimsoll.spec.values.Unit`): what other spellings and units are worth in it."""
