"""A resource monitor that only records: what the engine would be asked for, without an engine.

It answers as the engine's first preview does: ids and computed outputs are unknown, inputs are echoed.
"""

from collections.abc import Mapping
from typing import Any, cast

from google.protobuf import empty_pb2
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import STACK
from plimsoll.graph.values import OUTPUT, REFERENCE, SECRET, SIGNATURE
from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.problems import Problem, SpecError


class _NoAnswers(Mocks):
    """Lookups have no recorded answers: a preview without credentials must not need any."""

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        problem = Problem(
            what=f"the program looks up {args.token}",
            why="a preview without credentials has nobody to ask",
            fix="write the value into the stack's configuration",
        )
        raise SpecError(problem)

    def new_resource(
        self,
        args: MockResourceArgs,  # noqa: ARG002 - the base class's signature
    ) -> tuple[str | None, dict[str, Any]]:
        return "", {}


class RecordingMonitor(MockMonitor):
    """Records every registration as a `Resource`, in the order in which they arrive."""

    recorded: dict[str, Resource]

    def __init__(self, project: str, stack: str) -> None:
        super().__init__(_NoAnswers())
        self._project, self._stack = project, stack
        self.recorded = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's URN: the stack is left out of the chain of parent types."""
        chain = parent.split("::")[2] if parent else STACK
        qualified = type_ if chain == STACK else f"{chain}${type_}"
        return f"urn:pulumi:{self._stack}::{self._project}::{qualified}::{name}"

    def RegisterResource(  # noqa: N802 - the name of the RPC
        self,
        request: Any,  # noqa: ANN401 - a protobuf message
    ) -> resource_pb2.RegisterResourceResponse:
        """Record one resource and answer that its outputs are not known yet."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if urn in self.recorded:
            raise SpecError(Problem(what=f"two resources have the URN {urn}", fix="give one another name"))
        self.recorded[urn] = _resource(urn, request)
        self.resources[urn] = MockMonitor.ResourceRegistration(urn, "", {})
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=request.object)

    def ReadResource(self, request: Any) -> resource_pb2.ReadResourceResponse:  # noqa: N802, ANN401
        """Record a resource that is only read."""
        urn = self.make_urn(request.parent, request.type, request.name)
        self.recorded[urn] = _resource(urn, request, external=True)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def features(self) -> set[int]:
        """The engine features that Pulumi's own mock monitor claims."""
        info = cast("Any", self).GetDeploymentInfo(empty_pb2.Empty())
        return set(info.supportedFeatures)


def _to_dict(struct: Any) -> dict[str, Any]:  # noqa: ANN401 - a protobuf Struct
    return {key: _value(value) for key, value in struct.fields.items()}


def _value(value: Any) -> Any:  # noqa: ANN401 - a protobuf Value
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _to_dict(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return None if kind in (None, "null_value") else getattr(value, kind)


def plain(value: Any) -> Any:  # noqa: ANN401 - wire data of any shape
    """Turn wire data into plain data, `UNKNOWN` and `Secret`; keys sorted, since protobuf has no order."""
    if isinstance(value, str):
        return UNKNOWN if value == rpc.UNKNOWN else value
    if isinstance(value, list):
        return [plain(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    mapping = cast("dict[str, Any]", value)
    signature = mapping.get(SIGNATURE)
    if signature == SECRET:
        return Secret(plain(mapping.get("value")))
    if signature == OUTPUT:
        inner = plain(mapping["value"]) if "value" in mapping else UNKNOWN
        return Secret(inner) if mapping.get("secret") else inner
    if signature == REFERENCE:
        return mapping.get("urn")
    return {key: plain(mapping[key]) for key in sorted(mapping)}


def _by_property(request: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - a protobuf message
    """List what each input depends on; a read has no such list."""
    found = getattr(request, "propertyDependencies", {})
    return {key: tuple(sorted(set(found[key].urns))) for key in sorted(found) if found[key].urns}


def _resource(urn: str, request: Any, *, external: bool = False) -> Resource:  # noqa: ANN401
    properties = request.properties if external else request.object
    provider = request.provider.rpartition("::")[0] or None
    inputs: Mapping[str, Any] = plain(_to_dict(properties))
    return Resource(
        urn=urn,
        type=request.type,
        name=request.name,
        inputs=inputs,
        parent=request.parent or None,
        provider=provider,
        dependencies=tuple(sorted(set(request.dependencies))),
        property_dependencies=_by_property(request),
        custom=True if external else bool(request.custom),
        external=external,
    )
