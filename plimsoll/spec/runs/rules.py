"""Rules that every kind of work that ends shares: subjects, places, hours, money, pins."""

from collections.abc import Iterator

from plimsoll.ground.problems import Problem
from plimsoll.spec.contradictions import allowed, lists, one_place, pinned_precision
from plimsoll.spec.draft import Draft


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


SHARED = (one_subject, one_place, lists, hours, money, allowed, nodes, without_spot, pinned_precision)
"""The rules of every run, in the order in which they speak."""
