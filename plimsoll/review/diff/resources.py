"""Resources that a change makes new, changes or takes away: the objects of the two plans, held together."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, cast

from plimsoll.ground.problems import PlimsollError
from plimsoll.ground.start_up import record
from plimsoll.objects.cluster import Object
from plimsoll.objects.deployable import objects_of
from plimsoll.objects.facts_file import UNSAID
from plimsoll.review.solved.built import SidePlan

Objects = Mapping[str, Object]


@record
class ChangedResource:
    """A resource that stays and differs."""

    resource: Annotated[str, "Kind and name of the object."]
    paths: Annotated[tuple[str, ...], "Where it differs, as dotted paths into it."]


@record
class ResourceChanges:
    """What a change does to the Kubernetes objects of a workload."""

    new: Annotated[tuple[str, ...], "Objects that it adds, by kind and name."]
    changed: Annotated[tuple[ChangedResource, ...], "Objects that it changes."]
    removed: Annotated[tuple[str, ...], "Objects that it takes away."]


def resource_changes(was: SidePlan, now: SidePlan) -> ResourceChanges | None:
    """Hold the objects of two plans together; None where one is not known, or cannot be built."""
    before, after = _objects(was), _objects(now)
    if before is None or after is None:
        return None
    both = [name for name in after if name in before and before[name] != after[name]]
    return ResourceChanges(
        new=tuple(name for name in after if name not in before),
        changed=tuple(ChangedResource(name, tuple(_paths(before[name], after[name]))) for name in both),
        removed=tuple(name for name in before if name not in after),
    )


def _objects(side: SidePlan) -> Objects | None:
    if side.plan is None:
        return {} if side.known else None
    workload = side.plan.workload
    try:
        made = objects_of(side.plan, UNSAID.of(str(workload["name"]), workload.get("owner") or {}))
    except PlimsollError:
        return None
    return {_name(each): each for each in made}


def _name(made: Object) -> str:
    metadata = cast("Mapping[str, str]", made["metadata"])
    namespace = metadata.get("namespace")
    return f"{made['kind']} {namespace + '/' if namespace else ''}{metadata['name']}"


def _paths(old: Any, new: Any, inside: str = "") -> Iterator[str]:  # noqa: ANN401 - any part of an object
    """Name the places that differ; a list of another length counts whole."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        before, after = cast("Mapping[str, Any]", old), cast("Mapping[str, Any]", new)
        for key in dict.fromkeys([*before, *after]):
            yield from _paths(before.get(key), after.get(key), f"{inside}.{key}" if inside else str(key))
    elif isinstance(old, list) and isinstance(new, list):
        before_items, after_items = cast("list[Any]", old), cast("list[Any]", new)
        if len(before_items) != len(after_items):
            yield inside
            return
        for place, (one, other) in enumerate(zip(before_items, after_items, strict=True)):
            yield from _paths(one, other, f"{inside}[{place}]")
    elif old != new:
        yield inside
