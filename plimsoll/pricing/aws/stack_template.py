"""A CloudFormation stack creates what its template says; Auto Scaling groups in it are priced as groups are.

pulumi-eks made its self-managed node groups so, up to its third version. What the template takes from
elsewhere (`Ref`, `Fn::…`) counts as unknown; a type that is neither a group nor free is refused by its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import AUTOSCALING_GROUP
from plimsoll.ground.markers import UNKNOWN
from plimsoll.ground.tree import View
from plimsoll.pricing.aws.autoscaling_group import price_group
from plimsoll.pricing.aws.classified import NATIVE, class_of, classic_name
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of, view_of
from plimsoll.pricing.result import Unpriceable
from plimsoll.text.templates import template_of

GROUP = "AWS::AutoScaling::AutoScalingGroup"

_RENAMED = {
    "LaunchConfigurationName": "launchConfiguration",
    "VPCZoneIdentifier": "vpcZoneIdentifiers",
}
"""Properties of a group that the aws provider calls otherwise than in lower case."""

_REFERENCE = {"LaunchTemplateId": "id", "LaunchTemplateName": "name", "Version": "version"}
"""What CloudFormation calls the parts of a group's reference to its launch template."""

_SIZES = ("MinSize", "MaxSize", "DesiredCapacity")
"""Numbers that templates write as text."""


def price_stack(resource: Resource, index: Index, charges: Charges) -> None:
    """Price the groups of a stack's template, and refuse what else it creates that is not free."""
    inputs = inputs_of(resource)
    if not inputs["templateUrl"].absent:
        raise Unpriceable("unpriced", "what the template behind templateUrl creates is not in the graph")
    body = _read(inputs["templateBody"].required())
    if not body["Transform"].absent:
        raise Unpriceable("unpriced", "the template is transformed by a macro, which may create anything")
    if body["Resources"].absent:
        raise Unpriceable("unpriced", "templateBody shows no Resources, so what it creates is not known")
    charges.free("everything that its template creates is free")
    for name, part in body["Resources"].entries():
        token = part["Type"].text()
        if token == GROUP:
            charges.attempt(
                lambda name=name, part=part: price_group(_group(resource, name, part), index, charges)
            )
        elif not _is_free(token):
            charges.cannot("unpriced", f"the template creates {name[:60]!a} of type {token[:100]!a}")


def _read(body: View) -> View:
    try:
        return view_of(template_of(body.text()), "templateBody")
    except ValueError as error:
        raise body.fail(f"is not a template: {error}") from None


def _is_free(token: str) -> bool:
    """Say whether a type is one that the catalogue calls free under the aws provider's name."""
    _, service, kind = [*token.split("::"), "", ""][:3]
    classic = classic_name(f"{NATIVE}{service.lower()}:{kind}")
    return bool(classic) and class_of(classic)[0] == "free"


def _group(stack: Resource, name: str, part: View) -> Resource:
    """Write a group of the template as the aws provider would have it."""
    replaced = part["UpdatePolicy"]["AutoScalingReplacingUpdate"]["WillReplace"]
    if not replaced.absent and replaced.value not in (False, "false"):
        raise Unpriceable("unpriced", f"an update of {name[:60]!a} puts a second group beside it")
    properties = part["Properties"].mapping()
    through = stack.property_dependencies.get("templateBody", stack.dependencies)
    inputs = dict(_inputs(properties))
    return replace(
        stack,
        type=AUTOSCALING_GROUP,
        name=name,
        inputs=inputs,
        outputs={},
        id=None,
        property_dependencies=dict.fromkeys(inputs, through),
    )


def _inputs(properties: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for key, value in properties.items():
        name = _RENAMED.get(key, _lower(key))
        if key == "LaunchTemplate" and isinstance(value, Mapping):
            reference = cast("Mapping[str, Any]", value)
            yield name, {_REFERENCE.get(k, _lower(k)): _value(v) for k, v in reference.items()}
        elif key in _SIZES and isinstance(value, str) and value.isascii() and value.isdigit():
            yield name, int(value)
        else:
            yield name, _value(value)


def _value(value: object) -> object:
    """Turn a template's value into an input's: functions are unknown, keys begin in lower case."""
    if isinstance(value, list):
        return [_value(each) for each in cast("list[object]", value)]
    if not isinstance(value, Mapping):
        return value
    mapping = cast("Mapping[str, object]", value)
    if any(str(key) == "Ref" or str(key).startswith("Fn::") for key in mapping):
        return UNKNOWN
    return {_lower(str(key)): _value(each) for key, each in mapping.items()}


def _lower(key: str) -> str:
    return key[:1].lower() + key[1:]
