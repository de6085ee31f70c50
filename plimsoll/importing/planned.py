"""An imported spec is planned before it is given: pins that leave no plan become notes."""

from collections.abc import Mapping
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import size
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

Keys = Mapping[str, Any]
Notes = Mapping[str, str]


def planned(keys: Keys, notes: Notes, catalog: Catalog) -> tuple[dict[str, Any], dict[str, str], str]:
    """Plan a spec as it runs; else without the number of its replicas, its type, what its engine is told.

    Answers the spec that has a plan, its notes, and what a person should know. Where nothing has a plan,
    it is the spec as it runs, and why not.
    """
    first = ""
    tried = dict(keys)
    told = dict(notes)
    for path in (
        "",
        "pin.replicas",
        "pin.instance_type",
        "pin.tensor_parallel",
        "engine.max_num_seqs",
        "capacity.allow",
    ):
        if path:
            left = _without(tried, path)
            if left is None:
                continue
            tried, value = left
            told[path] = f"{value} as it runs leaves no plan, so it is left out: {first}"
        why = _refusal(tried, catalog)
        if why is None:
            return tried, told, first
        first = first or why
    return dict(keys), {**notes, "load": f"as it runs it has no plan: {first}"}, first


def _without(keys: Keys, path: str) -> tuple[dict[str, Any], object] | None:
    part, _, key = path.partition(".")
    held = keys.get(part, {})
    if key not in held:
        return None
    rest = {name: item for name, item in held.items() if name != key}
    kept = {name: item for name, item in keys.items() if name != part}
    return ({**kept, part: rest} if rest else kept), held[key]


def _refusal(keys: Keys, catalog: Catalog) -> str | None:
    loaded = from_data(keys, catalog, file="the imported spec")
    answer = size(loaded.workload, loaded.architecture, loaded.catalog, load_speed(), loaded.assumed)
    return None if isinstance(answer, Plan) else answer.message
