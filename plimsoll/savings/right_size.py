"""Right-sizing: what the spec holds larger than the load needs, replica counts and splits by hand."""

from collections.abc import Iterator

from plimsoll.candidates.change import Change
from plimsoll.savings.case import LeverAnswer, LeverCase, said, tried
from plimsoll.savings.words import against, moved, priced

LEAST = ("scale.min_replicas", "scale.schedule.min_replicas")
MOST = ("scale.max_replicas", "scale.max_nodes")
"""Bounds that keep replicas or nodes few: what they keep out may be more of something smaller and cheaper."""

PINS = (
    "pin.replicas",
    "pin.nodes",
    "pin.tensor_parallel",
    "pin.pipeline_parallel",
    "pin.zero",
    "pin.micro_batch_samples",
    "pin.mig_profile",
)
"""Decisions on size and splits; those on the type are of `family`, those on the precision of `precision`."""


def right_size(case: LeverCase) -> LeverAnswer:
    """Solve with fewer replicas at least, with each bound of their number, and each size pinned, set free."""
    changes = list(_changes(case))
    found = tried(case, changes)
    if not found:
        why = f"nothing in the spec holds it larger than its load: {case.chosen.scale}"
        return LeverAnswer("right_size", why, None, case.chosen)
    change, choice = found[0]
    why = f"{change.path} holds nothing up: {priced(case, choice)}, {against(case, choice)}"
    return LeverAnswer(
        "right_size", why, change, choice, f"{_given_up(change)}; {moved(case.chosen, choice)}"
    )


def _changes(case: LeverCase) -> Iterator[Change]:
    for path in LEAST:
        least = said(case.spec, path)
        if least is not None and least > 1:
            yield Change(path, least, 1)
    for path in (*MOST, *PINS):
        if (value := said(case.spec, path)) is not None:
            yield Change(path, value, None)
    pins: dict[str, object] = said(case.spec, "pin") or {}
    kept = {key: value for key, value in pins.items() if value is not None}
    if len(kept) > 1 and any(f"pin.{key}" in PINS for key in kept):
        yield Change("pin", kept, {})


def _given_up(change: Change) -> str:
    if change.path in LEAST:
        return (
            f"{change.old} → {change.new} replicas at least: what is asleep takes a cold start to come back"
        )
    if change.path in MOST:
        return f"no more than {change.old} by hand given up: more of what is smaller"
    if change.path == "pin":
        return f"{len(change.old)} decisions by hand given up"
    return f"{change.path} {change.old} given up"
