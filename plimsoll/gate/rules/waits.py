"""This rule looks at who waits for a node: what gives up before one can be there never runs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.gate.case import Case
from plimsoll.gate.landing import landing_pools
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import kind_of
from plimsoll.ground.tree import mapping_at, objects_within, step
from plimsoll.pricing.kubernetes.demand import accelerators_asked
from plimsoll.pricing.result import Unpriceable
from plimsoll.text.documents import documents_of

NODE_START_S = 720
"""Seconds from asking for a GPU node to the first step of what runs on it: node, image, weights; 6 to 12
minutes are seen. The longer, as plans take it. Assumption."""

_KUEUE = "waitForPodsReady"
_LONGEST = 200_000
"""Characters of a text in which Kueue's configuration is looked for."""

_PARTS = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(h|ms|m|s)")
_WORTH = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
"""Go's durations, as Kubernetes writes them."""

_JOBS = (("batch", "Job"), ("batch", "CronJob"), ("jobset.x-k8s.io", "JobSet"), ("keda.sh", "ScaledJob"))


def _shorter(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    start = float(config["nodeStartSeconds"])
    for waits in _kueue_waits(resource):
        if waits < start:
            message = (
                f"Kueue waits {waits:g} s for the pods of a job, and a node of theirs takes {start:g} s to "
                "start: every job that needs one is evicted before it runs"
            )
            yield Finding("wait_shorter_than_start", resource.urn, message)
            return
    ends = _ends_after(resource)
    if ends is not None and ends < start and _asks(resource) and any(landing_pools(resource, case)):
        message = (
            f"it ends after {ends:g} s, and the node that it waits for takes {start:g} s to start: it is "
            "over before it runs"
        )
        yield Finding("wait_shorter_than_start", resource.urn, message)


def _asks(resource: Resource) -> bool:
    """Say whether pods ask for accelerators, as far as that can be read."""
    try:
        return accelerators_asked(resource) is True
    except Unpriceable:
        return False


def _ends_after(resource: Resource) -> float | None:
    """Read the shortest time after which a job ends; None where nothing of it says one."""
    if kind_of(resource) not in _JOBS:
        return None
    found = [
        value
        for _, part in objects_within(resource.inputs)
        if isinstance(value := part.get("activeDeadlineSeconds"), int | float) and value > 0
    ]
    return min(map(float, found), default=None)


def _kueue_waits(resource: Resource) -> Iterator[float]:
    """Read for how long Kueue waits, wherever that stands: in a ConfigMap, in the values of a chart."""
    for _, part in objects_within(resource.inputs):
        for key, value in part.items():
            if key == _KUEUE and isinstance(value, Mapping):
                yield from _wait(mapping_at(part, _KUEUE))
            elif isinstance(value, str) and _KUEUE in value and len(value) <= _LONGEST:
                for document in documents_of(value, "", []):
                    yield from _wait(mapping_at(document, _KUEUE))


def _wait(said: Mapping[str, Any]) -> Iterator[float]:
    if said.get("enable") is False:
        return
    for key in ("timeout", "recoveryTimeout"):
        seconds = _seconds(step(said, key))
        if seconds is not None:
            yield seconds


def _seconds(text: object) -> float | None:
    if not isinstance(text, str) or len(text) > 64:
        return None
    parts = _PARTS.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(float(number) * _WORTH[unit] for number, unit in parts)


WAIT_SHORTER_THAN_START = Rule(
    name="wait-shorter-than-start",
    description="Nothing gives up on a node before one can be there.",
    level="advisory",
    severity="medium",
    remediation="Raise Kueue's waitForPodsReady.timeout, or the job's deadline, above a node's start.",
    each=_shorter,
    schema={
        "nodeStartSeconds": {
            "type": "integer",
            "minimum": 1,
            "default": NODE_START_S,
            "description": "Seconds until a node of a pool runs a pod: image and weights included.",
        }
    },
)
