"""These rules look at whether pods can start at all: an image to run, and weights that may be downloaded."""

from collections.abc import Iterator

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.case import Case
from plimsoll.gate.rule import Config, Finding, Rule
from plimsoll.gate.rules.pods import containers
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View, list_at, mapping_at, shown

UNSET = "image-not-set.invalid/"
"""How an image begins that nobody named: `.invalid` never resolves (RFC 2606)."""

TOKENS = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
"""Variables by which the Hugging Face hub's library finds a token."""

_ARGUMENTS = ("--model=", "--model-id=")
_VARIABLE = "HF_MODEL_ID"


def _no_image(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del case, config
    for container in containers(resource):
        image = container["image"]
        if isinstance(image.value, str) and image.value.startswith(UNSET):
            message = f"{image.path} is {shown(image.value)}: nobody named an image, so the pods cannot start"
            yield Finding("no_image", resource.urn, message)


def _gated(resource: Resource, case: Case, config: Config) -> Iterator[Finding]:
    del config
    for container in containers(resource):
        model = next((name for name in _loaded(container) if _is_gated(name, case.catalog)), None)
        if model is not None and not _has_token(container, resource, case.graph):
            message = (
                f"{container.path} loads {model}, which is gated, without a token: its pods cannot start"
            )
            yield Finding("gated_model", resource.urn, message)


def _loaded(container: View) -> Iterator[str]:
    """Yield what a container is told to load, by argument or variable."""
    for argument in list_at(container.value, "args"):
        for head in _ARGUMENTS:
            if isinstance(argument, str) and argument.startswith(head):
                yield argument.removeprefix(head)
    for variable in list_at(container.value, "env"):
        entry = mapping_at(variable)
        if entry.get("name") == _VARIABLE and isinstance(entry.get("value"), str):
            yield entry["value"]


def _is_gated(name: str, catalog: Catalog) -> bool:
    model, checkpoint = catalog.model(name), catalog.checkpoint_named(name)
    return bool((model is not None and model.gated) or (checkpoint is not None and checkpoint.gated))


def _has_token(container: View, resource: Resource, graph: Graph) -> bool:
    """Say whether a token is there, or is to come from a Secret that this graph does not make optional."""
    for variable in list_at(container.value, "env"):
        entry = mapping_at(variable)
        if entry.get("name") not in TOKENS:
            continue
        reference = mapping_at(entry, "valueFrom", "secretKeyRef")
        if not reference:
            return bool(entry.get("value")) or entry.get("value") is UNKNOWN
        return reference.get("optional") is not True or _made_here(reference.get("name"), resource, graph)
    return False


def _made_here(name: object, resource: Resource, graph: Graph) -> bool:
    home = mapping_at(resource.inputs, "metadata").get("namespace")
    return any(
        each.inputs.get("kind") == "Secret"
        and mapping_at(each.inputs, "metadata").get("name") == name
        and mapping_at(each.inputs, "metadata").get("namespace") == home
        for each in graph.resources
    )


NO_IMAGE = Rule(
    name="no-image",
    description="Every container has an image that somebody named.",
    level="mandatory",
    severity="high",
    remediation="Set measured.image in the spec, or images in the stack.",
    each=_no_image,
)

GATED_MODEL = Rule(
    name="gated-model",
    description="Weights that need a token have one.",
    level="advisory",
    severity="medium",
    remediation="Set huggingFaceToken in the stack, or make the Secret that the pods refer to.",
    each=_gated,
)
