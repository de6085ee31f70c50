"""A spec must agree with itself: all that it contradicts is found at once, without any facts.

The rules read a `Draft`: the keys that a person wrote, of which some may still be wrong. A rule speaks
only when everything it compares is there and well-formed, so that the type errors of a file and its
contradictions can be reported together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from plimsoll.ground.problems import Problem
from plimsoll.spec.defaults import INPUT_TOKENS, P95_RATIO
from plimsoll.spec.draft import Draft
from plimsoll.spec.engine_rules import engine_contradictions

HOURS_IN_PROFILE = (24, 168)
PROFILE_TOLERANCE = 0.01
"""`average` and the mean of `profile` must agree within this share (INTERFACE: 1 %)."""

_MOST_KEYS = 20
"""Unknown keys of a load that are looked at for a rate of another name."""

_RATES = ((("load", "qps"), "requests/s"), (("load", "queue", "tasks_per_s"), "tasks/s"))
"""What has a peak and an average, and its unit."""

_USERS = ("users", "requests_per_user_per_hour")
"""What makes a rate together."""

_ANY_RATE = ("qps", "concurrency", "queue", *_USERS)
"""Keys of a load that say how much comes."""

_LENGTHS = (
    ("input_tokens", "tokens", f"{P95_RATIO} × the mean"),
    ("output_tokens", "tokens", f"{P95_RATIO} × the mean"),
    ("audio_s", "seconds", "the mean"),
)
"""What has a mean and a 95th percentile, its unit, and what the latter is when it is left out."""


def contradictions(spec: Mapping[str, Any]) -> list[Problem]:
    """Find everything in which a spec contradicts itself, in the order of the rules."""
    draft = Draft(spec)
    return [problem for rule in _RULES for problem in rule(draft)]


def _one_subject(spec: Draft) -> Iterator[Problem]:
    if spec.has("model") and spec.has("measured"):
        yield Problem(
            "both model and measured are given", "they exclude each other", "keep one", ("measured",)
        )
    elif "model" not in spec.data and "measured" not in spec.data:
        fix = "add model: NAME (see 'plimsoll models'), or measured: {…}"
        yield Problem("neither model nor measured is given", "a workload needs one of them", fix, ())
    elif not spec.has("model") and not spec.has("measured"):
        key = "model" if "model" in spec.data else "measured"
        yield Problem(f"{key} is empty", "a workload needs model or measured", "give a value", (key,))


def _config_of_a_name(spec: Draft) -> Iterator[Problem]:
    """Refuse a config beside a model that is described already, or that has no name."""
    if spec.has("config") and spec.has("model") and spec.text("model") is None:
        why = "both describe the model"
        yield Problem("config stands beside a description", why, "write a name in model", ("config",))


def _one_rate(spec: Draft) -> Iterator[Problem]:
    if not isinstance(spec.get("load"), Mapping):
        return
    if spec.has("load", "qps") and spec.has("load", "concurrency"):
        what = "both qps and concurrency are given"
        yield Problem(what, "each follows from the other", "keep one", ("load", "concurrency"))
    for key in ("qps", "concurrency"):
        if spec.has("load", "queue") and spec.has("load", key):
            why = "tasks come through the queue, at its tasks_per_s"
            yield Problem(f"both queue and {key} are given", why, "keep one", ("load", key))
    yield from _users(spec)
    given = any(spec.has("load", key) for key in _ANY_RATE)
    if not given and not _rate_otherwise(spec):
        fix = "add qps: NUMBER (requests per second) or concurrency: NUMBER (requests in flight)"
        yield Problem("neither qps nor concurrency is given", "traffic needs one of them", fix, ("load",))


def _users(spec: Draft) -> Iterator[Problem]:
    """Refuse users beside another rate, and half of what makes a rate of them."""
    given = [key for key in _USERS if spec.has("load", key)]
    for key in ("qps", "concurrency", "queue"):
        if given and spec.has("load", key):
            why = "the rate follows from users × requests_per_user_per_hour"
            yield Problem(f"both {given[0]} and {key} are given", why, "keep one", ("load", given[0]))
    if len(given) == 1:
        missing = next(key for key in _USERS if key not in given)
        why = "a rate is users × requests_per_user_per_hour ÷ 3600"
        yield Problem(f"{given[0]} stands without {missing}", why, f"add {missing}", ("load", given[0]))


def _rate_otherwise(spec: Draft) -> bool:
    """Say whether the rate stands there under a name that is none of ours, which is a problem already."""
    from plimsoll.spec.sections import KEYS
    from plimsoll.spec.wrong.foreign_keys import OF_USERS, answer
    from plimsoll.spec.wrong.hints import key_meant, key_named

    suggested = {f"did you mean {key!r}?" for key in _ANY_RATE} | {OF_USERS}
    unknown = [key for key in spec.keys("load")[:_MOST_KEYS] if key not in KEYS["load"]]
    return any(
        key_named(key, "load", KEYS).split(".")[:2] in [["load", rate] for rate in _ANY_RATE]
        or {key_meant(key, "load", KEYS), answer(key.lower(), None)} & suggested
        for key in unknown
    )


def _filled_in(spec: Draft) -> Iterator[Problem]:
    """Refuse what a template left where any text would do; elsewhere the value is wrong in itself."""
    weights = spec.text("weights")
    if weights is not None and ("${" in weights or "{{" in weights):
        yield Problem(f"{weights[:60]!r} is not filled in", "", "write the checkpoint", ("weights",))


def one_place(spec: Draft) -> Iterator[Problem]:
    """Refuse a region beside regions."""
    if spec.has("region") and spec.has("regions"):
        yield Problem("both region and regions are given", "", "keep regions", ("region",))


def lists(spec: Draft) -> Iterator[Problem]:
    """Refuse empty lists and what is listed twice."""
    in_capacity = (("capacity", key) for key in ("allow", "deny", "share"))
    for path in (("precision",), ("regions",), *in_capacity):
        value = spec.get(*path)
        if path[0] != "capacity" and isinstance(value, list | tuple) and not value:
            yield Problem(f"{path[-1]} is an empty list", "", "name at least one, or remove the key", path)
        seen: set[str] = set()
        for place, item in spec.texts(*path):
            if item in seen:
                yield Problem(f"{item!r} is listed twice", "", "remove one", place)
            seen.add(item)


def _profile(spec: Draft) -> Iterator[Problem]:
    path = ("load", "profile")
    value = spec.get(*path)
    if not isinstance(value, list | tuple):
        return
    shares = cast("Sequence[object]", value)
    if len(shares) not in HOURS_IN_PROFILE:
        why = "a profile has one fraction of the peak for each hour of a day or of a week"
        yield Problem(f"profile has {len(shares)} values", why, "give 24 or 168", path)
        return
    if not all(isinstance(share, int | float) and 0 <= share <= 1 for share in shares):
        return
    mean = sum(cast("Sequence[float]", shares)) / len(shares)
    if mean == 0:
        fix = "write 1 for the busiest hour"
        yield Problem("profile is all zeros", "at least one hour needs traffic", fix, path)
        return
    for rate, unit in _RATES:
        peak, average = spec.amount(*rate, key="peak"), spec.number(*rate, "average")
        if peak and average and abs(peak * mean / average - 1) > PROFILE_TOLERANCE:
            why = f"the profile's mean × peak is {peak * mean:.4g}; the two must agree within 1 %"
            fix = "leave one of them out"
            yield Problem(f"average is {average:g} {unit}", why, fix, (*rate, "average"))


def _ordered(spec: Draft) -> Iterator[Problem]:
    for rate, unit in _RATES:
        average, peak = spec.number(*rate, "average"), spec.number(*rate, "peak")
        if average is not None and peak is not None and average > peak > 0:
            what, why = f"average is {average:g} {unit}", f"the peak is {peak:g}"
            yield Problem(what, why, "lower it, or raise the peak", (*rate, "average"))
    for key, unit, otherwise in _LENGTHS:
        mean, p95 = spec.number("load", key, "mean"), spec.number("load", key, "p95")
        if mean is not None and p95 is not None and 0 < p95 < mean:
            what, why = f"p95 is {p95:g} {unit}", f"the mean is {mean:g}"
            yield Problem(what, why, f"raise it, or leave it out ({otherwise})", ("load", key, "p95"))


def _prefix(spec: Draft) -> Iterator[Problem]:
    prefix = spec.number("load", "shared_prefix_tokens")
    if prefix is None:
        return
    mean = spec.amount("load", "input_tokens", key="mean")
    if mean is None and spec.has("load", "input_tokens"):
        return
    of_prompt = mean if mean is not None else INPUT_TOKENS
    if prefix > of_prompt > 0:
        why = f"the prompt has {of_prompt:g} tokens{'' if mean else ' when input_tokens is not given'}"
        fix = "input_tokens counts the shared prefix too"
        yield Problem(f"the shared prefix has {prefix:g} tokens", why, fix, ("load", "shared_prefix_tokens"))


def _replicas(spec: Draft) -> Iterator[Problem]:
    least, most = spec.number("scale", "min_replicas"), spec.number("scale", "max_replicas")
    pinned = spec.number("pin", "replicas")
    if least is not None and most is not None and most < least:
        what = f"max_replicas is {most:g}"
        yield Problem(
            what, f"min_replicas is {least:g}", "raise it to at least that", ("scale", "max_replicas")
        )
    if least == 0 and spec.get("scale", "to_zero") in (None, False):
        fix = "add to_zero: true, or write min_replicas: 1"
        yield Problem("min_replicas is 0", "to_zero is not set", fix, ("scale", "min_replicas"))
    if pinned is not None and most is not None and pinned > most:
        what, why = f"pin.replicas is {pinned:g}", f"scale.max_replicas is {most:g}"
        yield Problem(what, why, "make them agree", ("pin", "replicas"))
    if pinned is not None and pinned < (least or 0):
        what, why = f"pin.replicas is {pinned:g}", f"scale.min_replicas is {least:g}"
        yield Problem(what, why, "make them agree", ("pin", "replicas"))


def _shape(spec: Draft) -> Iterator[Problem]:
    for small, large in (("active_params_b", "params_b"), ("kv_heads", "heads")):
        part, whole = spec.number("model", small), spec.number("model", large)
        if part is not None and whole is not None and part > whole > 0:
            yield Problem(f"{small} is {part:g}", f"{large} is {whole:g}", "lower it", ("model", small))


def pinned_precision(spec: Draft) -> Iterator[Problem]:
    """Refuse a pinned precision that the spec does not accept."""
    pinned = spec.text("pin", "precision")
    accepted = [item for _, item in spec.texts("precision")]
    if pinned is not None and accepted and pinned not in accepted:
        why = f"precision accepts {', '.join(accepted)}"
        yield Problem(f"pin.precision is {pinned}", why, "add it to precision", ("pin", "precision"))


def allowed(spec: Draft) -> Iterator[Problem]:
    """Refuse what is both allowed and denied, or pinned and not allowed."""
    allow = {item for _, item in spec.texts("capacity", "allow")}
    deny = {item for _, item in spec.texts("capacity", "deny")}
    for path, item in spec.texts("capacity", "deny"):
        if item in allow:
            yield Problem(f"{item!r} is both allowed and denied", "", "remove it from one list", path)
    pinned = spec.text("pin", "instance_type")
    if pinned is None:
        return
    names = {pinned, pinned.partition(".")[0]}
    path = ("pin", "instance_type")
    if names & deny:
        why = f"capacity.deny has {min(names & deny)!r}"
        yield Problem(f"{pinned!r} is pinned and denied", why, "remove one of them", path)
    elif allow and not names & allow:
        why = "capacity.allow leaves it out"
        yield Problem(f"{pinned!r} is pinned and not allowed", why, "add it to capacity.allow", path)


def _of_measured(spec: Draft) -> Iterator[Problem]:
    """Judge what was measured, once or in several variants."""
    if spec.has("measured"):
        from plimsoll.spec.measured.service_rules import measured_contradictions  # start-up: few specs are
        from plimsoll.spec.measured.variants import of_each, variant_contradictions

        yield from of_each(measured_contradictions, spec)
        yield from variant_contradictions(spec)


def _of_queues(spec: Draft) -> Iterator[Problem]:
    """Judge what is measured, or waits in a queue; a model that answers requests is neither."""
    if (
        spec.has("measured")
        or spec.has("load", "queue")
        or spec.has("sla", "wait_p95_ms")
        or spec.has("sla", "drain_s")
    ):
        from plimsoll.spec.measured.queue_rules import queue_contradictions  # start-up: few specs are
        from plimsoll.spec.measured.variants import of_each

        yield from of_each(queue_contradictions, spec)


def _of_schedule(spec: Draft) -> Iterator[Problem]:
    if spec.has("scale", "schedule"):
        from plimsoll.spec.schedule.schedule_rules import schedule_contradictions  # start-up: few have one

        yield from schedule_contradictions(spec)


def _of_cache(spec: Draft) -> Iterator[Problem]:
    if spec.has("load", "cache"):
        from plimsoll.spec.cache.cache_rules import cache_contradictions  # start-up: few specs have one

        yield from cache_contradictions(spec)


def _of_route(spec: Draft) -> Iterator[Problem]:
    if spec.has("route"):
        from plimsoll.spec.route import route_contradictions  # start-up: few specs have one

        yield from route_contradictions(spec)


def _of_shares(spec: Draft) -> Iterator[Problem]:
    """Judge what is said of parts of an accelerator; few specs say anything."""
    said = (("capacity", "share"), ("measured", "accelerator_share"), ("pin", "mig_profile"))
    if any(spec.has(*path) for path in said):
        from plimsoll.spec.sharing_rules import sharing_contradictions  # start-up: few specs share

        yield from sharing_contradictions(spec)


def _of_alternative(spec: Draft) -> Iterator[Problem]:
    if spec.has("alternative"):
        from plimsoll.spec.alternative import alternative_contradictions

        yield from alternative_contradictions(spec)


_RULES: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    _one_subject,
    _config_of_a_name,
    _one_rate,
    one_place,
    _filled_in,
    lists,
    _profile,
    _ordered,
    _prefix,
    _replicas,
    _shape,
    pinned_precision,
    allowed,
    _of_measured,
    _of_queues,
    _of_shares,
    _of_schedule,
    _of_alternative,
    _of_cache,
    _of_route,
    engine_contradictions,
)
