"""These rules look at what pods ask for, and what they run."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.gate.case import Case
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import is_kubernetes
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View, mapping_at, objects_within, shown, step
from plimsoll.pricing.inputs import view_of

_GPU = re.compile(r"(nvidia\.com/(gpu|mig-).*|amd\.com/gpu|aws\.amazon\.com/neuron.*)")
_DIGEST = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")


def containers(resource: Resource) -> Iterator[View]:
    """Yield every container of a Kubernetes object, however deep its pod template lies."""
    if not is_kubernetes(resource):
        return
    for path, mapping in objects_within(resource.inputs):
        for key in ("containers", "initContainers", "ephemeralContainers"):
            if isinstance(mapping.get(key), list | tuple):
                yield from view_of(mapping[key], f"{path}.{key}").items()


def _gpu(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case, config
    for container in containers(resource):
        resources = step(container.value, "resources")
        if resources is UNKNOWN:
            message = f"{container.path}.resources is not known before the update"
            yield Finding("unknown_value", resource.urn, message)
            continue
        requests, limits = _amounts(resources, "requests"), _amounts(resources, "limits")
        for name in sorted(key for key in {*requests, *limits} if _GPU.fullmatch(key)):
            asked, limit = requests.get(name, limits.get(name)), limits.get(name)
            if limit is None or str(asked) != str(limit):
                message = (
                    f"{container.path} asks for {shown(asked)} and is limited to {shown(limit)} of {name}; "
                    "they must be equal"
                )
                yield Finding("not_allowed", resource.urn, message)


def _amounts(resources: Any, key: str) -> Mapping[str, Any]:  # noqa: ANN401 - foreign data
    return {name: _plain(value) for name, value in mapping_at(resources, key).items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 - foreign data
    """Take 1.0 for 1: the engine hands every number over as a float."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _digest(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case, config
    for container in containers(resource):
        image = container["image"]
        if not image.absent and not _DIGEST.fullmatch(image.text()):
            message = f"{image.path} is {shown(image.value)}, and a tag may come to mean another image"
            yield Finding("not_allowed", resource.urn, message)


GPU_REQUESTS_EQUAL_LIMITS = Rule(
    name="gpu-requests-equal-limits",
    description="Pods request as many GPUs as they are limited to.",
    level="mandatory",
    severity="high",
    remediation="Give the limit alone, or the same number as the request.",
    each=_gpu,
)

IMAGE_DIGEST = Rule(
    name="image-digest",
    description="Container images are pinned by digest.",
    level="advisory",
    severity="medium",
    remediation="Write the image as name@sha256:…",
    each=_digest,
)
