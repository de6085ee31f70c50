"""Write a resource graph as the plain program that a person would have written for it."""

import re
from typing import Any

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN, Secret

TYPED = {
    "core/v1": "core.v1",
    "apps/v1": "apps.v1",
    "policy/v1": "policy.v1",
    "scheduling.k8s.io/v1": "scheduling.v1",
}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _plain(value: Any) -> Any:  # noqa: ANN401 - inputs of any shape
    if value is UNKNOWN:
        return "unknown"
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _typed(resource: Resource, index: int) -> str:
    inputs = _plain(resource.inputs)
    name = f"{resource.name}-{index}"
    package, module, kind = resource.type.split(":")
    if package == "aws":
        arguments = {_snake(key): value for key, value in inputs.items()}
        return f"pulumi_aws.{module.split('/')[0]}.{kind}({name!r}, **{arguments!r})"
    if kind == "Release":
        arguments = {_snake(key): value for key, value in inputs.items()}
        return f"k8s.helm.v3.Release({name!r}, **{arguments!r})"
    group = TYPED.get(module)
    if group:
        arguments = {_snake(key): value for key, value in inputs.items() if key not in ("apiVersion", "kind")}
        return f"k8s.{group}.{kind}({name!r}, **{arguments!r})"
    arguments = {_snake(key): value for key, value in inputs.items()}
    return f"k8s.apiextensions.CustomResource({name!r}, **{arguments!r})"


def _own(graph: Graph) -> list[Resource]:
    return [found for found in graph.resources if found.type.startswith(("aws:", "kubernetes:"))]


def typed_program(graph: Graph) -> str:
    """With the SDK's classes."""
    lines = ["import pulumi", "import pulumi_aws", "import pulumi_kubernetes as k8s"]
    return "\n".join([*lines, *(_typed(found, index) for index, found in enumerate(_own(graph)))]) + "\n"


def bare_program(graph: Graph) -> str:
    """With tokens and dictionaries."""
    lines = ["import pulumi"]
    for index, found in enumerate(_own(graph)):
        name = f"{found.name}-{index}"
        lines.append(f"pulumi.CustomResource({found.type!r}, {name!r}, {_plain(found.inputs)!r})")
    return "\n".join(lines) + "\n"
