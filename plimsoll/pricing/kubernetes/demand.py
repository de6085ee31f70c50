"""Pods and charts ask for accelerators, nodes and volumes anywhere in their inputs."""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.tree import Spot, walk
from plimsoll.pricing.result import Unpriceable

_DEEPEST = 40
"""Levels beyond which inputs are refused: no real object nests this far."""

_ACCELERATOR = re.compile(
    r"nvidia\.com/(gpu|gpu\.shared|mig-[0-9a-z.]+)|amd\.com/gpu|aws\.amazon\.com/neuron(core|device)?"
    r"|habana\.ai/gaudi|gpu\.intel\.com/(i915|xe)",
    re.ASCII,
)
"""Extended resources by which pods ask for accelerators."""


def asked_in(value: object, key: str) -> Iterator[tuple[str, object]]:
    """Yield every key with its value, outer before inner; refuse nesting deeper than any real object has."""
    too_deep = Unpriceable("invalid_value", "its inputs are nested too deeply to read")
    for spot in walk(value, key, deepest=_DEEPEST, too_deep=too_deep):
        yield spot.key, spot.value


def values_in(values: object) -> Iterator[Spot]:
    """Yield every value of a chart with its dotted path, outer before inner."""
    too_deep = Unpriceable("invalid_value", "its values are nested too deeply to read")
    return walk(values, "values", deepest=_DEEPEST, too_deep=too_deep)


def asks_for_accelerator(key: str, value: object) -> bool:
    """Say whether this is a request for an accelerator: its resource name, with an amount above zero.

    A label of the same name (`nvidia.com/gpu: "true"`) is not one; an amount that is not known is.
    """
    if _ACCELERATOR.fullmatch(key) is None or isinstance(value, bool):
        return False
    if isinstance(value, str):
        amount = parse_quantity(value)
        return amount is not None and amount != 0
    return value is UNKNOWN or (isinstance(value, int | float) and value != 0)


def accelerators_asked(resource: Resource) -> object:
    """Say whether pods ask for an accelerator: True, False, or `UNKNOWN` where that cannot be seen."""
    unknown = False
    for key, value in asked_in(resource.inputs.get("spec"), "spec"):
        if key == "resourceClaims":
            return True
        if value is UNKNOWN and key in ("spec", "template", "containers", "resources", "limits", "requests"):
            unknown = True
        if asks_for_accelerator(key, value):
            return True
    return UNKNOWN if unknown else False


def node_selector_of(resource: Resource) -> dict[str, str]:
    """Read the labels that pods want on their node; a value that is not text asks for nothing."""
    wanted: dict[str, str] = {}
    for key, value in asked_in(resource.inputs.get("spec"), "spec"):
        if key == "nodeSelector" and isinstance(value, Mapping):
            labels = cast("Mapping[object, object]", value)
            wanted |= {str(name): label for name, label in labels.items() if isinstance(label, str)}
    return wanted


def claim_templates(resource: Resource) -> Iterator[tuple[str, object]]:
    """Yield the volumes that pods claim: those of a StatefulSet, and ephemeral ones of any pod."""
    for key, value in asked_in(resource.inputs.get("spec"), "spec"):
        if key == "volumeClaimTemplates" and isinstance(value, list | tuple):
            yield from ((key, template) for template in cast("list[object]", value))
        elif key == "volumeClaimTemplate":
            yield key, value
