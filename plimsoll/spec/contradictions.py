"""What a spec must agree on with itself, checked all at once and without any facts.

The rules read a `Draft`: the keys that a person wrote, of which some may still be wrong. A rule speaks
only when everything it compares is there and well-formed, so that the type errors of a file and its
contradictions can be reported together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from plimsoll.spec.measured import cpu_only, measured_keys, measured_order
from plimsoll.text.draft import Draft, Finding

HOURS_IN_PROFILE = (24, 168)
PROFILE_TOLERANCE = 0.01
"""`average` and the mean of `profile` must agree within this share (INTERFACE: 1 %)."""

DEFAULT_INPUT_TOKENS = 1000
"""Mean prompt tokens of a request when the spec does not say."""


def contradictions(spec: Mapping[str, Any]) -> list[Finding]:
    """Find everything in which a spec contradicts itself, in the order of the rules."""
    draft = Draft(spec)
    return [finding for rule in _RULES for finding in rule(draft)]


def _one_subject(spec: Draft) -> Iterator[Finding]:
    if spec.has("model") and spec.has("measured"):
        yield Finding(
            ("measured",), "both model and measured are given", "they exclude each other", "keep one"
        )
    elif "model" not in spec.data and "measured" not in spec.data:
        fix = "add model: NAME (see 'plimsoll models'), or measured: {…}"
        yield Finding((), "neither model nor measured is given", "a workload needs one of them", fix)
    elif not spec.has("model") and not spec.has("measured"):
        key = "model" if "model" in spec.data else "measured"
        yield Finding((key,), f"{key} is empty", "a workload needs model or measured", "give a value")


def _one_rate(spec: Draft) -> Iterator[Finding]:
    if not isinstance(spec.get("load"), Mapping):
        return
    if spec.has("load", "qps") and spec.has("load", "concurrency"):
        what = "both qps and concurrency are given"
        yield Finding(("load", "concurrency"), what, "each follows from the other", "keep one")
    if not spec.has("load", "qps") and not spec.has("load", "concurrency"):
        fix = "add qps: NUMBER (requests per second) or concurrency: NUMBER (requests in flight)"
        yield Finding(("load",), "neither qps nor concurrency is given", "traffic needs one of them", fix)


def _one_place(spec: Draft) -> Iterator[Finding]:
    if spec.has("region") and spec.has("regions"):
        yield Finding(("region",), "both region and regions are given", "", "keep regions")


def _lists(spec: Draft) -> Iterator[Finding]:
    for path in (("precision",), ("regions",), ("capacity", "allow"), ("capacity", "deny")):
        value = spec.get(*path)
        if path[0] != "capacity" and isinstance(value, list | tuple) and not value:
            yield Finding(path, f"{path[-1]} is an empty list", "", "name at least one, or remove the key")
        seen: set[str] = set()
        for place, item in spec.texts(*path):
            if item in seen:
                yield Finding(place, f"{item!r} is listed twice", "", "remove one")
            seen.add(item)


def _profile(spec: Draft) -> Iterator[Finding]:
    path = ("load", "profile")
    value = spec.get(*path)
    if not isinstance(value, list | tuple):
        return
    shares = cast("Sequence[object]", value)
    if len(shares) not in HOURS_IN_PROFILE:
        why = "a profile has one fraction of the peak for each hour of a day or of a week"
        yield Finding(path, f"profile has {len(shares)} values", why, "give 24 or 168")
        return
    if not all(isinstance(share, int | float) and 0 <= share <= 1 for share in shares):
        return
    mean = sum(cast("Sequence[float]", shares)) / len(shares)
    if mean == 0:
        fix = "write 1 for the busiest hour"
        yield Finding(path, "profile is all zeros", "at least one hour needs traffic", fix)
        return
    peak, average = spec.amount("load", "qps", key="peak"), spec.number("load", "qps", "average")
    if peak and average and abs(peak * mean / average - 1) > PROFILE_TOLERANCE:
        why = f"the profile's mean × peak is {peak * mean:.4g}; the two must agree within 1 %"
        fix = "leave one of them out"
        yield Finding(("load", "qps", "average"), f"average is {average:g} requests/s", why, fix)


def _ordered(spec: Draft) -> Iterator[Finding]:
    average, peak = spec.number("load", "qps", "average"), spec.number("load", "qps", "peak")
    if average is not None and peak is not None and average > peak > 0:
        why = f"the peak is {peak:g}"
        yield Finding(
            ("load", "qps", "average"),
            f"average is {average:g} requests/s",
            why,
            "lower it, or raise the peak",
        )
    for key in ("input_tokens", "output_tokens"):
        mean, p95 = spec.number("load", key, "mean"), spec.number("load", key, "p95")
        if mean is not None and p95 is not None and 0 < p95 < mean:
            what, why = f"p95 is {p95:g} tokens", f"the mean is {mean:g}"
            yield Finding(("load", key, "p95"), what, why, "raise it, or leave it out (2 × the mean)")


def _prefix(spec: Draft) -> Iterator[Finding]:
    prefix = spec.number("load", "shared_prefix_tokens")
    if prefix is None:
        return
    mean = spec.amount("load", "input_tokens", key="mean")
    if mean is None and spec.has("load", "input_tokens"):
        return
    of_prompt = mean if mean is not None else DEFAULT_INPUT_TOKENS
    if prefix > of_prompt > 0:
        why = f"the prompt has {of_prompt:g} tokens{'' if mean else ' when input_tokens is not given'}"
        fix = "input_tokens counts the shared prefix too"
        yield Finding(("load", "shared_prefix_tokens"), f"the shared prefix has {prefix:g} tokens", why, fix)


def _replicas(spec: Draft) -> Iterator[Finding]:
    least, most = spec.number("scale", "min_replicas"), spec.number("scale", "max_replicas")
    pinned = spec.number("pin", "replicas")
    if least is not None and most is not None and most < least:
        what = f"max_replicas is {most:g}"
        yield Finding(
            ("scale", "max_replicas"), what, f"min_replicas is {least:g}", "raise it to at least that"
        )
    if least == 0 and spec.get("scale", "to_zero") in (None, False):
        fix = "add to_zero: true, or write min_replicas: 1"
        yield Finding(("scale", "min_replicas"), "min_replicas is 0", "to_zero is not set", fix)
    if pinned is not None and most is not None and pinned > most:
        what, why = f"pin.replicas is {pinned:g}", f"scale.max_replicas is {most:g}"
        yield Finding(("pin", "replicas"), what, why, "make them agree")
    if pinned is not None and pinned < (least or 0):
        what, why = f"pin.replicas is {pinned:g}", f"scale.min_replicas is {least:g}"
        yield Finding(("pin", "replicas"), what, why, "make them agree")


def _shape(spec: Draft) -> Iterator[Finding]:
    for small, large in (("active_params_b", "params_b"), ("kv_heads", "heads")):
        part, whole = spec.number("model", small), spec.number("model", large)
        if part is not None and whole is not None and part > whole > 0:
            yield Finding(("model", small), f"{small} is {part:g}", f"{large} is {whole:g}", "lower it")


def _pin_precision(spec: Draft) -> Iterator[Finding]:
    pinned = spec.text("pin", "precision")
    accepted = [item for _, item in spec.texts("precision")]
    if pinned is not None and accepted and pinned not in accepted:
        why = f"precision accepts {', '.join(accepted)}"
        yield Finding(("pin", "precision"), f"pin.precision is {pinned}", why, "add it to precision")


def _allowed(spec: Draft) -> Iterator[Finding]:
    allowed = {item for _, item in spec.texts("capacity", "allow")}
    denied = {item for _, item in spec.texts("capacity", "deny")}
    for path, item in spec.texts("capacity", "deny"):
        if item in allowed:
            yield Finding(path, f"{item!r} is both allowed and denied", "", "remove it from one list")
    pinned = spec.text("pin", "instance_type")
    if pinned is None:
        return
    names = {pinned, pinned.partition(".")[0]}
    path = ("pin", "instance_type")
    if names & denied:
        why = f"capacity.deny has {min(names & denied)!r}"
        yield Finding(path, f"{pinned!r} is pinned and denied", why, "remove one of them")
    elif allowed and not names & allowed:
        why = "capacity.allow leaves it out"
        yield Finding(path, f"{pinned!r} is pinned and not allowed", why, "add it to capacity.allow")


_RULES: tuple[Callable[[Draft], Iterator[Finding]], ...] = (
    _one_subject,
    _one_rate,
    _one_place,
    _lists,
    _profile,
    _ordered,
    _prefix,
    _replicas,
    _shape,
    _pin_precision,
    _allowed,
    measured_keys,
    measured_order,
    cpu_only,
)
