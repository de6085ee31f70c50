"""An unknown key is answered by the line that its author meant, or by what to do instead."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from plimsoll.ground.paths import KeyPath, dotted
from plimsoll.ground.problems import Problem
from plimsoll.spec.lines import line
from plimsoll.spec.runs.kinds import INFERENCE_KIND, kind_said
from plimsoll.spec.sections import form_of, other_kinds_with, parts, without_places
from plimsoll.spec.wrong.foreign_keys import answer
from plimsoll.spec.wrong.hints import key_meant, key_named, number_meant
from plimsoll.spec.wrong.other_units import in_our_unit, same_but_for_its_unit
from plimsoll.text.places import Source

_LONGEST_SHOWN = 60

_BY_USER = "load.requests_per_user_per_hour"

_TASKS = (
    "tasks that wait are load: {queue: {…}} of kind: inference; queue: {name: …} is the Kueue queue that "
    "admits this run"
)
_OF_RUNS = {
    "sla.confidence": "of a run sla.run_p50_h is held at the estimate of its hours, and sla.run_p90_h at the "
    "high end of their interval; sla.confidence is a service's",
    "queue.type": _TASKS,
    "queue.tasks_per_s": _TASKS,
}
"""What a run says in place of a key that only a service has."""

_OF_SERVICES = {
    "capacity.reserved": "a service takes reservations from the discounts file (--discounts FILE: "
    "commitments, capacity); Capacity Blocks are for runs, of kind: training or batch: remove it",
    "capacity.on_demand_fallback": "the autoscaler of a service falls back by itself: on_demand_base "
    "says how many replicas are never on spot; remove it",
    "capacity.mtti_h": "the Spot Advisor's band says how often a service loses spot nodes; it is a key "
    "of kind: training or batch: remove it",
    "budget.usd_per_run": "a service has no runs that end: write usd_per_month, which is another amount",
}
"""What a service says in place of a key that only a run has."""


def unknown_key(path: KeyPath, source: Source) -> Problem:
    """Name a key nobody knows, at the place of the key: its value may be right."""
    name, section = str(path[-1]), dotted(without_places(path[:-1]))
    here = _mapping(source.value, path[:-1])
    value = here.get(name)
    target, of_a_run = _meant(path, source), kind_said(source.value) != INFERENCE_KIND
    fix = _of_accelerator(name, value, source.value)
    fix = fix or (_OF_RUNS if of_a_run else _OF_SERVICES).get(dotted(without_places(path)), "")
    fix = fix or answer(_low(name), value, of_a_run=of_a_run)
    if not fix and target:
        fix = line(target, _in_our_unit(name, value, target, source), section, source.value)
    shown = name if len(name) <= _LONGEST_SHOWN else f"{name[: _LONGEST_SHOWN - 1]}…"
    fix = fix or _of_another_kind(path, source) or key_meant(name, section, form_of(source.value).keys)
    return source.placed(Problem(f"unknown key {shown!r}", "", fix, path), of_key=True)


def _in_our_unit(name: str, value: object, target: str, source: Source) -> object:
    """Convert a value whose key named another unit: followed to the letter, advice must come true."""
    return in_our_unit(name, value, form_of(source.value).unit_of(tuple(target.split("."))))


def _of_another_kind(path: KeyPath, source: Source) -> str:
    """Say of a key that another kind of work has which kinds those are."""
    kinds = " or ".join(other_kinds_with(path, source.value))
    return f"it belongs to kind: {kinds}; write that kind, or remove the key" if kinds else ""


def told(missing: KeyPath, unknown: Sequence[KeyPath], source: Source) -> bool:
    """Say whether a key that is missing stands there under another name, which is a problem already."""
    here = [path for path in unknown if path[:-1] == missing[:-1]]
    name = dotted(without_places(missing))
    return any(f"{_meant(path, source)}.".startswith(f"{name}.") for path in here)


def split_number(path: KeyPath, source: Source) -> tuple[KeyPath, Problem] | None:
    """Find the number that a comma split in two: `{qps: 0,5}` is a key `qps` and a key `5`."""
    here = _mapping(source.value, path[:-1])
    names = list(here)
    place = names.index(str(path[-1])) if str(path[-1]) in names else 0

    def is_rest(at: int) -> bool:
        return 0 < at < len(names) and names[at].isdecimal() and here[names[at]] is None

    end = place
    while is_rest(place):
        place -= 1
    while is_rest(end):
        end += 1
    digits = names[place + 1 : end]
    first = (*path[:-1], names[place])
    raw = source.plain.get(first, "")
    if not digits or not raw.lstrip("+-").isdecimal():
        return None
    written = ",".join((raw, *digits))
    meant = number_meant(written, form_of(source.value).unit_of(first))
    why = "in { } and [ ] a comma begins the next entry"
    fix = f"write {names[place]}: {meant}" if meant else "write the number with a decimal point"
    return first, source.placed(Problem(f"{written} is {len(digits) + 1} entries", why, fix, first))


def _low(name: str) -> str:
    return name.lower().replace("-", "_")


def _meant(path: KeyPath, source: Source) -> str:
    """Name the key that is meant, dotted: by its name, or as the one number that its section must have."""
    section, form = dotted(without_places(path[:-1])), form_of(source.value)
    here = _mapping(source.value, path[:-1])
    named = key_named(str(path[-1]), section, form.keys)
    known = form.section(path[:-1])
    if not named and (same := same_but_for_its_unit(str(path[-1]), form.keys.get(section, []))):
        return f"{section}.{same}" if section else same
    if named == _BY_USER and "users" not in here and "user" not in _low(str(path[-1])):
        return "load.qps"
    if named or known is None or other_kinds_with(path, source.value):
        return named
    lacking = [key for key, field in known.model_fields.items() if field.is_required() and key not in here]
    value = here.get(str(path[-1]))
    if len(lacking) != 1 or isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    field = form.field_at((*path[:-1], lacking[0]))
    numeric = field is not None and {float, int} & {*_types(field.annotation)}
    return dotted((*without_places(path[:-1]), lacking[0])) if numeric else ""


def _types(annotation: object) -> list[object]:
    return [part for part in parts(annotation) if isinstance(part, type)]


_ACCELERATORS = ("gpu", "gpus", "gpu_type", "accelerator", "accelerators", "accelerator_type")


def _of_accelerator(name: str, value: object, spec: Mapping[str, object]) -> str:
    """Turn the name of an accelerator into the families that have it: a spec names those."""
    if _low(name) not in _ACCELERATORS or spec.get("measured") is not None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return answer("gpu_count", value, of_a_run=kind_said(spec) != INFERENCE_KIND)
    if not isinstance(value, str):
        return ""
    from plimsoll.catalog.offers import matching_accelerators
    from plimsoll.catalog.tables import load

    catalog = load()
    found = matching_accelerators(catalog, value.strip().partition(":")[0][:_LONGEST_SHOWN])
    types = (catalog.instance_types[known] for known in catalog.planned)
    families = sorted({each.family for each in types if each.accelerator in found})
    return line("capacity.allow", families, "", spec) if families else ""


def _mapping(value: object, path: KeyPath) -> dict[str, Any]:
    for part in path:
        if isinstance(value, list) and isinstance(part, int):
            value = cast("list[object]", value)[part]
        else:
            value = cast("dict[str, object]", value).get(str(part)) if isinstance(value, dict) else None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
