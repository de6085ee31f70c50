"""Read the fixtures: short YAML that a reviewer can follow, unfolded into resource graphs.

`pool:` stands for a Karpenter NodePool, `class:` for an EC2NodeClass; anything else is written as
`{type, name, inputs, …}`. `{$unknown: true}` is a value not known before the update, `{$secret: x}` a secret,
`{$float: nan}` a number that YAML writers cannot agree on. A pool's node class `default` is added by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN, Secret
from tests.make.places import CASES

REGION = "us-east-1"
STACK = "urn:pulumi:dev::program::"


@dataclass(frozen=True)
class Case:
    """One graph with its budget and configuration. `expect` is the code it must be refused with."""

    family: str
    name: str
    why: str
    graph: Graph
    config: dict[str, Any] = field(default_factory=dict)
    expect: str = ""
    region: str | None = None
    impossible: str = ""


def adversaries() -> list[Case]:
    return [case for path in sorted((CASES / "adversaries").glob("*.yaml")) for case in _cases(path)]


def honest() -> list[Case]:
    return [case for path in sorted((CASES / "honest").glob("*.yaml")) for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in document["cases"]:
        config = {**document.get("config", {}), **entry.get("config", {})}
        budget = entry.get("budget", document.get("budget"))
        if budget is not None:
            config["budget"] = {"usdPerMonth": budget, **config.get("budget", {})}
        yield Case(
            family=path.stem,
            name=entry["name"],
            why=entry["why"],
            graph=_graph(entry, document),
            config=config,
            expect=entry.get("expect", ""),
            impossible=entry.get("impossible", ""),
        )


def _graph(entry: dict[str, Any], document: dict[str, Any]) -> Graph:
    region = entry.get("region", document.get("region", REGION))
    resources = [resource for item in entry["resources"] for resource in _resources(item)]
    pools = [r for r in resources if r.type.endswith(":NodePool")]
    named = {r.name for r in resources if r.type.endswith(":EC2NodeClass")}
    if pools and "default" not in named and not entry.get("bare"):
        resources.insert(0, _node_class({"name": "default"}))
    return Graph(tuple(resources), entry.get("stack", "dev"), "program", region)


def _resources(item: Any) -> Iterator[Resource]:
    if isinstance(item, list):
        for part in item:
            yield from _resources(part)
        return
    if "pool" in item:
        yield _pool(item["pool"])
    elif "class" in item:
        yield _node_class(item["class"])
    else:
        yield _plain(item)


def _plain(item: dict[str, Any]) -> Resource:
    token, name = item["type"], item["name"]
    parent = item.get("parent")
    return Resource(
        urn=item.get("urn", f"{STACK}{token}::{name}"),
        type=token,
        name=name,
        inputs=unfolded(item.get("inputs", {})),
        parent=f"{STACK}{parent}" if parent else None,
        provider=item.get("provider"),
        dependencies=tuple(f"{STACK}{urn}" for urn in item.get("dependencies", ())),
        custom=item.get("custom", True),
        external=item.get("external", False),
        region=item.get("region"),
        id=item.get("id"),
        outputs=item.get("outputs", {}),
    )


def _pool(item: dict[str, Any]) -> Resource:
    name = item.get("name", "gpu")
    template: dict[str, Any] = {
        "spec": {
            "nodeClassRef": {
                "group": "karpenter.k8s.aws",
                "kind": "EC2NodeClass",
                "name": item.get("class", "default"),
            },
            "requirements": _requirements(item.get("require", {})),
        }
    }
    metadata_of_nodes = {"labels": item.get("template_labels"), "annotations": item.get("annotations")}
    template["metadata"] = {key: value for key, value in metadata_of_nodes.items() if value is not None}
    if "taints" in item:
        template["spec"]["taints"] = item["taints"]
    spec: dict[str, Any] = {"template": template, **item.get("spec", {})}
    if "limits" in item:
        spec["limits"] = item["limits"]
    metadata = {"name": name, **({"labels": item["labels"]} if "labels" in item else {})}
    rest = {
        key: item[key]
        for key in ("parent", "provider", "external", "urn", "region", "dependencies")
        if key in item
    }
    return _plain(
        {
            "type": item.get("type", "kubernetes:karpenter.sh/v1:NodePool"),
            "name": name,
            "inputs": {"metadata": metadata, "spec": spec},
            **rest,
        }
    )


def _requirements(require: Any) -> Any:
    """`{key: [values]}` means In, `{key: {Gt: "3"}}` any operator; a list is taken as it is."""
    if not isinstance(require, dict) or any(key.startswith("$") for key in require):
        return require
    found: list[dict[str, Any]] = []
    for key, wanted in require.items():
        for operator, values in wanted.items() if isinstance(wanted, dict) else [("In", wanted)]:
            entry: dict[str, Any] = {"key": key, "operator": operator}
            if values is not None:
                entry["values"] = values if isinstance(values, list | dict) else [values]
            found.append(entry)
    return found


def _node_class(item: dict[str, Any]) -> Resource:
    disk = {"volumeSize": "50Gi", "volumeType": "gp3", "encrypted": True, **item.get("disk", {})}
    spec = {"blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": disk}], **item.get("spec", {})}
    return _plain(
        {
            "type": "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass",
            "name": item["name"],
            "inputs": {"metadata": {"name": item["name"]}, "spec": spec},
        }
    )


def unfolded(value: Any) -> Any:
    """Turn the fixtures' marks into what they stand for."""
    if isinstance(value, dict):
        if "$unknown" in value:
            return UNKNOWN
        if "$secret" in value:
            return Secret(unfolded(value["$secret"]))
        if "$float" in value:
            return float(value["$float"])
        if "$power" in value:
            return 10 ** value["$power"]
        return {key: unfolded(item) for key, item in value.items()}
    return [unfolded(item) for item in value] if isinstance(value, list) else value
