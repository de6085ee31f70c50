"""Read the engine's property values as they are sent: unknown, secret and not-a-number stay what they are.

The Python SDK unwraps secrets and turns an unknown value that a policy touches into an advisory note
(pulumi-policy 1.21, `policy.py`), so the values are read from the messages themselves.
Source of the signatures: pulumi `sdk/go/common/resource/properties.go` and `…/plugin/rpc.go` (3.259).
"""

from typing import Any

from google.protobuf import struct_pb2

from plimsoll.graph.resource import Resource
from plimsoll.graph.values import OUTPUT, REFERENCE, SECRET, SIGNATURE, UNKNOWNS
from plimsoll.ground.markers import UNKNOWN, Secret

_PROVIDED = ("aws:", "kubernetes:")
_REMOTE_COMPONENTS = (
    "kubernetes:helm.sh/v4:",
    "kubernetes:yaml/v2:",
    "kubernetes:yaml:",
    "kubernetes:kustomize",
)
"""Components that come with the Kubernetes SDK; their children are registered one by one."""


def properties(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Read the properties of one resource; the provider's own bookkeeping keys (`__…`) are left out."""
    return {key: value(item) for key, item in struct.fields.items() if not key.startswith("__")}


def value(item: struct_pb2.Value) -> Any:  # noqa: ANN401 - plain data
    """Read one value. A number stays a float, NaN and infinity included."""
    kind = item.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if item.string_value in UNKNOWNS else item.string_value
    if kind == "number_value":
        return item.number_value
    if kind == "bool_value":
        return item.bool_value
    if kind == "struct_value":
        return _object(item.struct_value)
    if kind == "list_value":
        return [value(element) for element in item.list_value.values]
    return None


def _object(struct: struct_pb2.Struct) -> Any:  # noqa: ANN401 - plain data
    fields = struct.fields
    signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
    if signature == SECRET:
        return Secret(value(fields["value"]) if "value" in fields else UNKNOWN)
    if signature == OUTPUT:
        inner = value(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(inner) if "secret" in fields and fields["secret"].bool_value else inner
    if signature == REFERENCE:
        return fields["urn"].string_value if "urn" in fields else UNKNOWN
    return {key: value(item) for key, item in fields.items()}


def resource(message: Any, *, external: bool = False) -> Resource:  # noqa: ANN401 - either request type
    """Read one resource of an `Analyze` or `AnalyzeStack` request."""
    provider = message.provider if message.HasField("provider") else None
    region = value(provider.properties.fields["region"]) if provider and _has_region(provider) else None
    parent = message.options.parent or getattr(message, "parent", "")
    return Resource(
        urn=message.urn,
        type=message.type,
        name=message.name,
        inputs=properties(message.properties),
        parent=parent or None,
        provider=f"{provider.urn}::" if provider else None,
        custom=is_custom(message.type, provider is not None),
        external=external,
        region=region if isinstance(region, str) else None,
        dependencies=tuple(getattr(message, "dependencies", ())),
        property_dependencies={
            key: tuple(found.urns) for key, found in getattr(message, "propertyDependencies", {}).items()
        },
        id=_id(message),
    )


def _id(message: Any) -> str | None:  # noqa: ANN401 - a protobuf message
    """Read the provider's id, which only the stack pass knows, among the outputs."""
    if not hasattr(message, "propertyDependencies") or "id" not in message.properties.fields:
        return None
    return message.properties.fields["id"].string_value or None


def _has_region(provider: Any) -> bool:  # noqa: ANN401 - a protobuf message
    return "region" in provider.properties.fields


def is_custom(type_token: str, has_provider: bool) -> bool:
    """Tell components apart: the message does not say, but only they have no provider.

    A type of the two providers whose resources cost money is never taken for a component.
    """
    if has_provider or type_token.startswith("pulumi:providers:"):
        return True
    return type_token.startswith(_PROVIDED) and not type_token.startswith(_REMOTE_COMPONENTS)
