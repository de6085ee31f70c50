"""Rules that every kind of work that ends shares: subjects, places, hours, money, pins."""

from collections.abc import Iterator

from plimsoll.ground.problems import Problem
from plimsoll.spec.draft import Draft

Path = tuple[str, ...]


def one_subject(spec: Draft) -> Iterator[Problem]:
    """Refuse both or neither of a model and a measurement."""
    if spec.has("model") and spec.has("measured"):
        what = "both model and measured are given"
        yield Problem(what, "they exclude each other", "keep one", ("measured",))
    elif not spec.has("model") and not spec.has("measured"):
        key = next((key for key in ("model", "measured") if key in spec.data), None)
        fix = "add model: NAME (see 'plimsoll models'), or measured: {…}"
        what = f"{key} is empty" if key else "neither model nor measured is given"
        yield Problem(what, "a run needs one of them", fix, (key,) if key else ())


def one_place(spec: Draft) -> Iterator[Problem]:
    """Refuse a region beside regions."""
    if spec.has("region") and spec.has("regions"):
        yield Problem("both region and regions are given", "", "keep regions", ("region",))


def lists(spec: Draft) -> Iterator[Problem]:
    """Refuse empty lists and what is listed twice."""
    for path in (("precision",), ("regions",), ("capacity", "allow"), ("capacity", "deny")):
        value = spec.get(*path)
        if path[0] != "capacity" and isinstance(value, list | tuple) and not value:
            yield Problem(f"{path[-1]} is an empty list", "", "name at least one, or remove the key", path)
        seen: set[str] = set()
        for place, item in spec.texts(*path):
            if item in seen:
                yield Problem(f"{item!r} is listed twice", "", "remove one", place)
            seen.add(item)


def hours(spec: Draft) -> Iterator[Problem]:
    """Refuse percentiles out of order, and a bound below the limit that it must let a run keep."""
    half, most = spec.number("sla", "run_p50_h"), spec.number("sla", "run_p90_h")
    if half is not None and most is not None and 0 < most < half:
        why = f"run_p50_h is {half:g}; a higher percentile is never lower"
        yield Problem(f"run_p90_h is {most:g}", why, "raise it, or leave one out", ("sla", "run_p90_h"))
    bound = spec.number("scale", "max_run_h")
    for key, limit in (("run_p90_h", most), ("run_p50_h", half)):
        if bound is not None and limit is not None and 0 < bound < limit:
            why = f"sla.{key} is {limit:g}: runs would be ended before it"
            yield Problem(f"max_run_h is {bound:g}", why, "raise it to at least that", ("scale", "max_run_h"))
            return


def money(spec: Draft) -> Iterator[Problem]:
    """Refuse a budget that says nothing, and a monthly one of nobody knows how many runs."""
    if "budget" not in spec.data or not isinstance(spec.get("budget"), dict):
        return
    if spec.has("budget", "usd_per_month") and not spec.has("runs_per_month"):
        why = "a month's money is that of its runs"
        yield Problem(
            "budget.usd_per_month is given without runs_per_month",
            why,
            "add runs_per_month: NUMBER, or write usd_per_run",
            ("budget", "usd_per_month"),
        )
    elif not spec.has("budget", "usd_per_month") and not spec.has("budget", "usd_per_run"):
        fix = "write usd_per_run: NUMBER, or remove budget"
        yield Problem("the budget names no amount", "", fix, ("budget",))


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
    names, path = {pinned, pinned.partition(".")[0]}, ("pin", "instance_type")
    if names & deny:
        why = f"capacity.deny has {min(names & deny)!r}"
        yield Problem(f"{pinned!r} is pinned and denied", why, "remove one of them", path)
    elif allow and not names & allow:
        why = "capacity.allow leaves it out"
        yield Problem(f"{pinned!r} is pinned and not allowed", why, "add it to capacity.allow", path)


def nodes(spec: Draft) -> Iterator[Problem]:
    """Refuse more pinned nodes than the most that a run may have."""
    pinned, most = spec.number("pin", "nodes"), spec.number("scale", "max_nodes")
    if pinned is not None and most is not None and pinned > most:
        why = f"scale.max_nodes is {most:g}"
        yield Problem(f"pin.nodes is {pinned:g}", why, "make them agree", ("pin", "nodes"))


def without_spot(spec: Draft) -> Iterator[Problem]:
    """Refuse keys of spot where spot is never taken."""
    if spec.text("capacity", "spot") not in (None, "never"):
        return
    for key in ("on_demand_fallback", "mtti_h"):
        if spec.has("capacity", key):
            why = "capacity.spot is never" + ("" if spec.has("capacity", "spot") else ", its default")
            fix = f"write spot: allow, or remove {key}"
            yield Problem(f"{key} is given", why, fix, ("capacity", key))


def pinned_precision(spec: Draft) -> Iterator[Problem]:
    """Refuse a pinned precision that the spec does not accept."""
    pinned, accepted = spec.text("pin", "precision"), [item for _, item in spec.texts("precision")]
    if pinned is not None and accepted and pinned not in accepted:
        why = f"precision accepts {', '.join(accepted)}"
        yield Problem(f"pin.precision is {pinned}", why, "add it to precision", ("pin", "precision"))


SHARED = (one_subject, one_place, lists, hours, money, allowed, nodes, without_spot, pinned_precision)
"""The rules of every run, in the order in which they speak."""
