"""AWS tags and Kubernetes labels say who owns a resource."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from plimsoll.gate.case import Case
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import SHARED_NODES_COMPONENT, WORKLOAD_COMPONENT
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.tree import step

NOUNS: Mapping[str, tuple[str, ...]] = {
    "workload": ("workload", "service"),
    "team": ("team",),
    "environment": ("environment", "env"),
}
"""What a scope may name, and the tag keys that say it (compared in lower case, without a prefix)."""


def tags_of(resource: Resource, case: Case | None = None) -> dict[str, Any]:
    """Collect tags and labels of a resource, its provider's default tags below them.

    A value may be `UNKNOWN`. The key "" with `UNKNOWN` means that the tags as a whole are not known.
    """
    found: dict[str, Any] = {}
    for part in _places(resource, case):
        if isinstance(part, Secret):
            part = part.value
        if part is UNKNOWN:
            found[""] = UNKNOWN
        elif isinstance(part, Mapping):
            found |= cast("Mapping[str, Any]", part)
    return found


def owner_value(resource: Resource, noun: str, case: Case) -> Any:  # noqa: ANN401 - may be UNKNOWN
    """Find what a resource, or else its nearest ancestor, says about a noun; None if nobody does."""
    for holder in (resource, *case.ancestors(resource)):
        value = tag_value(tags_of(holder, case), NOUNS[noun])
        if value is not None:
            return value
        if noun == "workload" and holder.type in (WORKLOAD_COMPONENT, SHARED_NODES_COMPONENT):
            return holder.name
    return None


def tag_value(tags: Mapping[str, Any], names: tuple[str, ...]) -> Any:  # noqa: ANN401 - may be UNKNOWN
    """Look a tag up by its plain name, whatever its case or prefix (`plimsoll.dev/team`, `acme:team`)."""
    by_name = {plain(key): value for key, value in sorted(tags.items(), reverse=True)}
    for name in names:
        if name in by_name:
            return by_name[name]
    return tags.get("")


def plain(key: str) -> str:
    """Bring a tag's key to its plain name."""
    return key.rpartition("/")[2].rpartition(":")[2].lower()


def _places(resource: Resource, case: Case | None) -> Iterator[Any]:
    inputs = resource.inputs
    if case is not None:
        yield from _default_tags(resource, case)
    yield inputs.get("tagsAll")
    yield inputs.get("tags")
    yield step(inputs, "spec", "template", "metadata", "labels")
    yield step(inputs, "metadata", "labels")
    owner = inputs.get("owner")
    if isinstance(owner, Mapping) and not resource.custom:
        yield owner


def _default_tags(resource: Resource, case: Case) -> Iterator[Any]:
    provider = case.by_urn.get((resource.provider or "").rpartition("::")[0])
    if provider is None:
        return
    default = provider.inputs.get("defaultTags")
    if isinstance(default, str):  # the engine hands nested provider configuration over as JSON text
        try:
            default = json.loads(default)
        except ValueError:
            return
    yield step(default, "tags")
