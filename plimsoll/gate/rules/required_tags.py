"""The rule `required-tags` wants tags and labels that say who pays."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from plimsoll.gate.case import Case
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.gate.tags import tags_of
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import (
    AUTOSCALING_GROUP,
    BUCKET,
    CLUSTER,
    ELASTIC_IP,
    FLEET,
    INSTANCE,
    LAUNCH_TEMPLATE,
    LOAD_BALANCER,
    NAT_GATEWAY,
    NODE_GROUP,
    RESERVATION,
    SAGEMAKER_ENDPOINT,
    SPOT_REQUEST,
    VOLUME,
    VPC,
    is_kind,
    is_kubernetes,
)
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.tree import step

TAGGABLE = (
    AUTOSCALING_GROUP,
    VOLUME,
    RESERVATION,
    ELASTIC_IP,
    FLEET,
    INSTANCE,
    LAUNCH_TEMPLATE,
    NAT_GATEWAY,
    SPOT_REQUEST,
    VPC,
    CLUSTER,
    NODE_GROUP,
    LOAD_BALANCER,
    BUCKET,
    SAGEMAKER_ENDPOINT,
)
"""AWS types whose tags Cost Explorer can split a bill by."""

LABELLED = ("NodePool", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "LeaderWorkerSet")
"""Kubernetes kinds whose labels cost tools split a bill by."""


def wanted_keys(resource: Resource, config: Config) -> tuple[str, ...]:
    """Name the tags or labels that a resource must have; none if it cannot have any."""
    if resource.type in TAGGABLE:
        return tuple(config.get("tags", ()))
    return tuple(config.get("labels", ())) if is_kind(resource, *LABELLED) else ()


def _judge(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    wanted = wanted_keys(resource, config)
    tags = tags_of(resource, case) if wanted else {}
    what = "label" if is_kubernetes(resource) else "tag"
    missing: list[str] = []
    for key in wanted:
        value = tags.get(key, tags.get(""))
        if isinstance(value, Secret):
            value = value.value
        if value is UNKNOWN:
            message = f"{what} {key} is not known before the update; give it a plain value"
            yield Finding("unknown_value", resource.urn, message)
        elif not isinstance(value, str) or not value.strip():
            missing.append(key)
    if missing:
        yield Finding("missing_tag", resource.urn, f"{what}s {', '.join(missing)} are missing or empty")


def missing_values(resource: Resource, config: Config) -> dict[str, str]:
    """Name the missing tags or labels of a resource whose values the configuration gives.

    Only these are ever written: an owner is never guessed.
    """
    values: Mapping[str, str] = config.get("values", {})
    kubernetes = is_kubernetes(resource)
    holder: Any = step(resource.inputs, "metadata") if kubernetes else resource.inputs
    present: Any = step(holder, "labels" if kubernetes else "tags") or {}
    if not isinstance(present, Mapping):
        return {}
    tags = cast("Mapping[str, Any]", present)
    return {k: values[k] for k in wanted_keys(resource, config) if k in values and not tags.get(k)}


_KEYS: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}

REQUIRED_TAGS = Rule(
    name="required-tags",
    description="Resources say who pays for them.",
    level="mandatory",
    severity="medium",
    remediation="Add the tags or labels, or configure their values and set the level to remediate.",
    each=_judge,
    schema={
        "tags": {**_KEYS, "description": "AWS tag keys that billable resources must have."},
        "labels": {**_KEYS, "description": "Kubernetes label keys that workloads and pools must have."},
        "values": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Values that remediation writes where a tag or label is missing.",
        },
    },
    needs=("tags", "labels"),
)
