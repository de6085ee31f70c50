"""A resource graph holds what Pulumi (or a Kubernetes manifest) says will exist.

It is the common ground of the preview, the policy pack and `plimsoll check`: whoever wrote the
program, the graph is read the same way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the graph, with its inputs as plain data (plus `UNKNOWN` and `Secret`).

    `type` is the Pulumi type token (`aws:ec2/instance:Instance`,
    `kubernetes:karpenter.sh/v1:NodePool`). `parent` and `dependencies` are URNs. `custom` is false
    for a component. `external` is true for a resource that is only read (getters): it is listed and
    costs nothing here, since this stack does not create it. `region` is where its provider points, or
    None if the graph does not say. `id` is the provider's id where a state or an update knows it;
    `property_dependencies` says, per input, which URNs it was worked out from: they resolve references
    whose value is not known yet. `outputs` is what the provider reported where a state knows it,
    as the document writes it.
    """

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    parent: str | None = None
    provider: str | None = None
    dependencies: tuple[str, ...] = ()
    custom: bool = True
    external: bool = False
    region: str | None = None
    file: str = ""
    id: str | None = None
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Graph:
    """All resources of one stack, in registration order."""

    resources: tuple[Resource, ...]
    stack: str = ""
    project: str = ""
    region: str | None = None
    notes: tuple[str, ...] = field(default=())
    not_monthly: tuple[str, ...] = field(default=())
    """Runs of which nobody says how many a month has: one is counted."""
