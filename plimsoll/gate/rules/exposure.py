"""These rules look at disks, endpoints and instance metadata."""

from collections.abc import Iterator

from plimsoll.gate.case import Case
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import CLUSTER, INSTANCE, LAUNCH_TEMPLATE, LOAD_BALANCERS, VOLUME, is_kind
from plimsoll.ground.tree import View, mapping_at, step
from plimsoll.pricing.inputs import inputs_of

_LAUNCHES = (INSTANCE, LAUNCH_TEMPLATE)
_INTERNAL = (
    "service.beta.kubernetes.io/aws-load-balancer-internal",
    "service.beta.kubernetes.io/aws-load-balancer-scheme",
)


def _disks(resource: Resource) -> Iterator[View]:
    inputs = inputs_of(resource)
    if resource.type == VOLUME:
        yield inputs
    elif resource.type == INSTANCE:
        yield from (inputs[key] for key in ("rootBlockDevice",) if not inputs[key].absent)
        yield from inputs["ebsBlockDevices"].items()
    elif resource.type == LAUNCH_TEMPLATE:
        yield from (
            entry["ebs"] for entry in inputs["blockDeviceMappings"].items() if not entry["ebs"].absent
        )
    elif is_kind(resource, "EC2NodeClass"):
        mappings = inputs["spec"]["blockDeviceMappings"].items()
        yield from (entry["ebs"] for entry in mappings if not entry["ebs"].absent)


def _encrypted(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case, config
    for disk in _disks(resource):
        value = disk["encrypted"]
        if value.absent or value.known() not in (True, "true"):
            yield Finding("not_allowed", resource.urn, f"{value.path} is not true")


def _public(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case, config
    why = _why_public(resource)
    if why:
        yield Finding("not_allowed", resource.urn, why)


def _why_public(resource: Resource) -> str:
    inputs = inputs_of(resource)
    if resource.type == CLUSTER:
        return _why_cluster_public(inputs["vpcConfig"])
    if resource.type in LOAD_BALANCERS:
        return "" if inputs["internal"].flag(False) else "the load balancer is not internal"
    if resource.type == INSTANCE:
        public = inputs["associatePublicIpAddress"].flag(False)
        return "the instance has a public address" if public else ""
    if is_kind(resource, "Service") and step(resource.inputs, "spec", "type") == "LoadBalancer":
        return _why_service_public(resource)
    return ""


def _why_cluster_public(vpc: View) -> str:
    if not vpc["endpointPublicAccess"].flag(True):
        return ""
    sources = [item.text() for item in vpc["publicAccessCidrs"].items()]
    if sources and "0.0.0.0/0" not in sources and "::/0" not in sources:
        return ""
    return "the cluster's API is open to the internet; restrict publicAccessCidrs or endpointPublicAccess"


def _why_service_public(resource: Resource) -> str:
    values = mapping_at(resource.inputs, "metadata", "annotations")
    internal = values.get(_INTERNAL[0]) in ("true", True) or values.get(_INTERNAL[1]) == "internal"
    return "" if internal else "the Service asks for a public load balancer"


def _metadata(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case
    if is_kind(resource, "EC2NodeClass"):
        options, hops, tokens = inputs_of(resource)["spec"]["metadataOptions"], 1, "required"
    elif resource.type in _LAUNCHES:
        options, hops, tokens = inputs_of(resource)["metadataOptions"], 1, "optional"
    else:
        return
    limit = int(config["maxHops"])
    hops = options["httpPutResponseHopLimit"].count(hops)
    if hops > limit:
        message = (
            f"{options.path}.httpPutResponseHopLimit is {hops}; above {limit} pods reach the node's role"
        )
        yield Finding("not_allowed", resource.urn, message)
    if options["httpTokens"].text(tokens) != "required":
        yield Finding("not_allowed", resource.urn, f"{options.path}.httpTokens is not required (IMDSv2)")


ENCRYPTED_VOLUMES = Rule(
    name="encrypted-volumes",
    description="Disks are encrypted.",
    level="advisory",
    severity="high",
    remediation="Set encrypted: true on the disk.",
    each=_encrypted,
)

NO_PUBLIC_ENDPOINT = Rule(
    name="no-public-endpoint",
    description="Nothing is reachable from the internet by default.",
    level="advisory",
    severity="high",
    remediation="Make the load balancer internal, and restrict the cluster's public endpoint.",
    each=_public,
)

IMDS_HOP_LIMIT = Rule(
    name="imds-hop-limit",
    description="Pods cannot reach the node's role through instance metadata.",
    level="advisory",
    severity="medium",
    remediation="Require tokens (IMDSv2) with a hop limit of 1, and give pods their own role.",
    each=_metadata,
    schema={
        "maxHops": {
            "type": "integer",
            "minimum": 1,
            "default": 1,
            "description": "Largest hop limit of the metadata service's answers.",
        }
    },
)
