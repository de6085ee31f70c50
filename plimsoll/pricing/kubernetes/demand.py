"""Pods and charts ask for accelerators, nodes and volumes anywhere in their inputs."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.tree import Spot, shown, walk
from plimsoll.pricing.inputs import view_of
from plimsoll.pricing.result import Unpriceable

_DEEPEST = 40
"""Levels beyond which inputs are refused: no real object nests this far."""

_ACCELERATOR = re.compile(
    r"nvidia\.com/(gpu|gpu\.shared|mig-[0-9a-z.]+)|amd\.com/gpu|aws\.amazon\.com/neuron(core|device)?"
    r"|habana\.ai/gaudi|gpu\.intel\.com/(i915|xe)",
    re.ASCII | re.IGNORECASE,
)
"""Extended resources by which pods ask for accelerators."""

_LABELS = ("annotations", "labels", "matchLabels", "nodeSelector")
"""Mappings whose values are words, even where a key is called like a resource."""

_AMOUNTS = ("limits", "requests")
_COUNTS = ("completions", "maxReplicas", "minReplicas", "parallelism", "replicas")


def asked_in(value: object, key: str) -> Iterator[Spot]:
    """Yield every place, outer before inner; refuse nesting deeper than any real object has."""
    too_deep = Unpriceable("invalid_value", "its inputs are nested too deeply to read")
    yield from walk(value, key, deepest=_DEEPEST, too_deep=too_deep, path=key)


def values_in(values: object) -> Iterator[Spot]:
    """Yield every value of a chart with its dotted path, outer before inner."""
    too_deep = Unpriceable("invalid_value", "its values are nested too deeply to read")
    return walk(values, "values", deepest=_DEEPEST, too_deep=too_deep)


def asks_for_accelerator(spot: Spot) -> bool:
    """Say whether this is a request for an accelerator: its resource name, with an amount above zero.

    A label of the same name (`nvidia.com/gpu: "true"`) is not one; an amount that is not known is.

    Raises:
        Unpriceable: the amount cannot be read, so it may be any.
    """
    if _ACCELERATOR.fullmatch(spot.key) is None:
        return False
    if spot.value is UNKNOWN:
        return True
    view = view_of(spot.value, spot.path)
    if _holder(spot) in _LABELS:
        return isinstance(spot.value, str) and parse_quantity(spot.value) not in (None, 0)
    if spot.key != spot.key.lower():
        raise view.fail(f"is written with capitals; the resource is {spot.key.lower()}")
    amount = view.quantity()
    if amount != amount.to_integral_value():
        raise view.fail(f"is {shown(spot.value)}, and accelerators are whole")
    return amount != 0


def _holder(spot: Spot) -> str:
    """Name the key of the mapping that holds a place; a list's items belong to the list's."""
    return spot.path.removesuffix(spot.key).rstrip(".").rpartition(".")[2].partition("[")[0]


def accelerators_asked(resource: Resource) -> object:
    """Say whether pods ask for an accelerator: True, False, or `UNKNOWN` where that cannot be seen.

    Raises:
        Unpriceable: an amount that pods ask for, or how many there are, is no number.
    """
    asked = unknown = False
    for spot in asked_in(resource.inputs.get("spec"), "spec"):
        asked = asked or spot.key == "resourceClaims"
        if spot.value is UNKNOWN and spot.key in ("spec", "template", "containers", "resources", *_AMOUNTS):
            unknown = True
        _check_amounts(spot)
        asked = asks_for_accelerator(spot) or asked
    return asked or (UNKNOWN if unknown else False)


def _check_amounts(spot: Spot) -> None:
    """Refuse amounts and counts that are no numbers; one that is not known yet, or not given, may be."""
    view = view_of(spot.value, spot.path)
    if spot.key in _COUNTS and not (view.absent or view.unknown) and not isinstance(spot.value, Mapping):
        view.count()
    elif spot.key in _AMOUNTS and _holder(spot) == "resources" and not (view.absent or view.unknown):
        for name, amount in view.entries():
            if not (amount.absent or amount.unknown) and _ACCELERATOR.fullmatch(name) is None:
                amount.quantity()


def node_selector_of(resource: Resource) -> dict[str, str]:
    """Read the labels that pods want on their node; a value that is not text asks for nothing."""
    wanted: dict[str, str] = {}
    for spot in asked_in(resource.inputs.get("spec"), "spec"):
        value: object = spot.value
        if spot.key == "nodeSelector" and isinstance(value, Mapping):
            labels = cast("Mapping[object, object]", value)
            wanted |= {str(name): label for name, label in labels.items() if isinstance(label, str)}
    return wanted


def claim_templates(resource: Resource) -> Iterator[tuple[str, object]]:
    """Yield the volumes that pods claim: those of a StatefulSet, and ephemeral ones of any pod."""
    for spot in asked_in(resource.inputs.get("spec"), "spec"):
        value: object = spot.value
        if spot.key == "volumeClaimTemplates" and isinstance(value, list | tuple):
            yield from ((spot.key, template) for template in cast("list[object]", value))
        elif spot.key == "volumeClaimTemplate":
            yield spot.key, value
