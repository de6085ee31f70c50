"""What a spec says of shares of an accelerator must agree with itself, and with the profiles that exist."""

from collections.abc import Iterator

from plimsoll.catalog.rows import rows
from plimsoll.ground.problems import Problem, nearest
from plimsoll.spec.draft import Draft
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR

PROFILES = "mig_profiles.csv"
"""Profiles of MIG by accelerator (`catalog/data`)."""


def sharing_contradictions(spec: Draft) -> Iterator[Problem]:
    """Find what shares of an accelerator contradict."""
    ways = {way for _, way in spec.texts("capacity", "share")}
    yield from _measured_share(spec)
    yield from _time_slices(spec, ways)
    yield from _profile(spec, ways)


def _measured_share(spec: Draft) -> Iterator[Problem]:
    path = ("measured", "accelerator_share")
    share, count = spec.number(*path), spec.number("measured", "accelerators")
    if share is None:
        return
    if spec.text("measured", "accelerator") == NO_ACCELERATOR:
        yield Problem("accelerator_share is given", "accelerator is none", "remove it", path)
    elif count is not None and count > 1:
        why = f"measured.accelerators is {count:g}, and a share is of one"
        yield Problem(f"accelerator_share is {share:g}", why, "remove one of them", path)


def _time_slices(spec: Draft, ways: set[str]) -> Iterator[Problem]:
    """Refuse turns on an accelerator whose memory nobody divides: the tenants must say what they take."""
    if "time_slicing" not in ways or not spec.keys("measured"):
        return
    on_accelerator = spec.text("measured", "accelerator") != NO_ACCELERATOR
    if on_accelerator and not spec.has("measured", "accelerator_memory_gib"):
        why = "time slicing limits no memory, so each tenant must say what it takes"
        fix = "add accelerator_memory_gib: GIB"
        yield Problem("measured.accelerator_memory_gib is missing", why, fix, ("measured",))


def _profile(spec: Draft, ways: set[str]) -> Iterator[Problem]:
    path = ("pin", "mig_profile")
    pinned, accelerator = spec.text(*path), spec.text("measured", "accelerator")
    if pinned is None:
        return
    if "mig" not in ways:
        yield Problem(f"pin.mig_profile is {pinned}", "capacity.share does not have mig", "add it", path)
    if spec.has("model"):
        why = "what a slice does to a model's speed is not predicted"
        yield Problem("mig_profile has no meaning beside model", why, "measure on it, or remove it", path)
        return
    table = list(rows(PROFILES))
    own = [row["profile"] for row in table if row["accelerator"] == accelerator]
    known = list(dict.fromkeys(row["profile"] for row in table))
    if pinned not in known:
        fix = nearest(pinned, own or known) or f"one of {', '.join(own or known)}"
        yield Problem(f"no MIG profile {pinned!r}", "", fix, path)
    elif own and pinned not in own:
        fix = f"one of {', '.join(own)}"
        yield Problem(f"{accelerator} has no profile {pinned}", "", fix, path)
