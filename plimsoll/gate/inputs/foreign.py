"""What people give the check by mistake is called by its name, with what to give instead."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from plimsoll.gate.inputs.reader import Json
from plimsoll.graph.from_manifests import is_manifest
from plimsoll.ground.problems import Problem
from plimsoll.text.either import either_documents

_DIGEST = "`pulumi preview --json --show-sames > FILE`"
_STATE = "`pulumi stack export > FILE`"
_PULUMI = f"write a digest with {_DIGEST} or a state with {_STATE}, and give that file"
_NOT_JSON = "what pulumi says to people, not JSON"
_READS = "check reads a preview's digest, an exported state, a plan, or Kubernetes manifests"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is not read: how a document of it is recognised, and what to give instead."""

    name: str
    instead: str
    recognises: Callable[[Json], bool]


def _has(*keys: str) -> Callable[[Json], bool]:
    return lambda document: all(key in document for key in keys)


def _cloud_formation(document: Json) -> bool:
    resources = document.get("Resources")
    entries = cast("Json", resources).values() if isinstance(resources, Mapping) else ()
    types = [cast("Json", each).get("Type") for each in entries if isinstance(each, Mapping)]
    typed = any(isinstance(each, str) and each.startswith(("AWS::", "Custom::")) for each in types)
    return "AWSTemplateFormatVersion" in document or typed


def _chart_values(document: Json) -> bool:
    return bool({"replicaCount", "nodeSelector", "serviceAccount", "fullnameOverride"} & set(document)) or (
        isinstance(document.get("image"), Mapping) and "apiVersion" not in document
    )


def _kustomization(document: Json) -> bool:
    keys = {"resources", "bases", "patches", "patchesStrategicMerge", "images", "namePrefix", "helmCharts"}
    return bool(keys & set(document)) and not {"kind", "deployment", "steps", "schema"} & set(document)


_KUSTOMIZE = "build it first: kustomize build DIR | plimsoll check -"
_FIXED_PRICE = "the aws provider of Pulumi is what has prices: import the stack, or rewrite it"

FORMATS: tuple[Format, ...] = (
    Format(
        "the summary of a preview without its resources",
        _PULUMI,
        lambda d: "result" in d and "summary" in d and "resources" not in d,
    ),
    Format("one resource of a digest or a state", _PULUMI, _has("urn", "type")),
    Format("a Terraform plan", f"Terraform is not read; {_FIXED_PRICE}", _has("planned_values")),
    Format(
        "a Terraform state",
        f"Terraform is not read; {_FIXED_PRICE} (`pulumi import --from terraform`)",
        _has("terraform_version"),
    ),
    Format("a CDK assembly", f"CloudFormation is not read; {_FIXED_PRICE}", _has("artifacts", "version")),
    Format("settings of the CDK", f"CloudFormation is not read; {_FIXED_PRICE}", _has("app", "context")),
    Format("a CloudFormation template", f"CloudFormation is not read; {_FIXED_PRICE}", _cloud_formation),
    Format("a Pulumi project file", _PULUMI, lambda d: "name" in d and "runtime" in d),
    Format(
        "the configuration of a Pulumi stack",
        _PULUMI,
        lambda d: (
            isinstance(d.get("config"), Mapping)
            and set(d) <= {"config", "environment", "encryptionsalt", "secretsprovider", "encryptedkey"}
        ),
    ),
    Format(
        "a Helm chart's Chart.yaml",
        "render the chart first: helm template RELEASE CHART -f VALUES | plimsoll check -",
        lambda d: "kind" not in d and {"apiVersion", "name", "version"} <= set(d),
    ),
    Format("a kustomization", _KUSTOMIZE, _kustomization),
    Format("a Compose file", "write Kubernetes manifests, and give those", _has("services")),
    Format("a workflow of a CI system", "give what the workflow deploys", _has("jobs")),
    Format(
        "a Plimsoll spec",
        "plan it first: plimsoll plan SPEC --format json | plimsoll check -",
        _has("model", "load"),
    ),
    Format(
        "a stack file or a report of Plimsoll",
        "give a plan: plimsoll plan SPEC --format json",
        lambda d: str(d.get("schema", "")).startswith("plimsoll.dev/") or {"workloads", "cluster"} <= set(d),
    ),
    Format(
        "values of a Helm chart",
        "render the chart with them first: helm template RELEASE CHART -f VALUES | plimsoll check -",
        _chart_values,
    ),
)
"""In the order of the tests: the first that recognises a document names it."""


def read_documents(text: str, file: str, problems: list[Problem]) -> list[Any]:
    """Read the documents of a text; the words of a command line beside them are told from broken JSON."""
    found: list[Problem] = []
    documents = either_documents(text, file, found, is_manifest)
    if not documents and not found and _NULL.search(text):
        found.append(named(None, file))
    problems += [_explained(problem, text) for problem in found]
    return documents


_NULL = re.compile(r"^\s*(?:--- *)?(?:null|~)\s*$", re.MULTILINE)
_TALK = re.compile(r"\s*(?:Previewing|Updating|Refreshing|Destroying) (?:update |)?\(", re.ASCII)


def _explained(problem: Problem, text: str) -> Problem:
    if "the JSON" in problem.what:
        return replace(problem, fix=f"{problem.fix}, or write the JSON alone: {_DIGEST}, {_STATE}")
    if _TALK.match(text):
        return Problem(_NOT_JSON, "", _PULUMI, file=problem.file, line=1, column=1)
    return problem


def named(document: object, file: str) -> Problem:
    """Say what a document is that no reader knows, and what to give instead."""
    if isinstance(document, Mapping):
        mapping = cast("Json", document)
        for format_ in FORMATS:
            if format_.recognises(mapping):
                return Problem(f"this is {format_.name}", _READS, format_.instead, file=file)
    if isinstance(document, str) and _TALK.match(document):
        return Problem(_NOT_JSON, _READS, _PULUMI, file=file)
    what = "not a document to judge" if document is not None else "null, not a document to judge"
    return Problem(what, _READS, "give one of these", file=file)
