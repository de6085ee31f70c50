"""Write missing tags and labels into the engine's own message, so that nothing else in it changes."""

from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from plimsoll.gate.rules.required_tags import REQUIRED_TAGS, missing_values
from plimsoll.graph.types import is_kubernetes
from policies import wire
from policies.info import PACK, VERSION
from policies.run import Run


def remediate(request: Any, run: Run) -> Any:  # noqa: ANN401 - protobuf messages
    """Answer a `Remediate` request: the resource's properties with the configured values added."""
    response = analyzer_pb2.RemediateResponse()
    if run.settings.level(REQUIRED_TAGS) != "remediate":
        return response
    resource = wire.resource(request)
    added = missing_values(resource, run.settings.config(REQUIRED_TAGS))
    if not added:
        return response
    remediation = analyzer_pb2.Remediation(
        policyName=REQUIRED_TAGS.name,
        policyPackName=PACK,
        policyPackVersion=VERSION,
        description=REQUIRED_TAGS.description,
    )
    remediation.properties.CopyFrom(request.properties)
    holder = remediation.properties
    path = ("metadata", "labels") if is_kubernetes(resource) else ("tags",)
    for key in path:
        holder = holder.fields[key].struct_value
    for key, text in added.items():
        holder.fields[key].string_value = text
    response.remediations.append(remediation)
    return response
