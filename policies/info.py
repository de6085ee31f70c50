"""Describe the policies, and word violations, in the engine's own messages."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from plimsoll.gate.rule import Rule
from plimsoll.gate.rules import RULES, rule_named
from plimsoll.gate.verdict import Level, NotApplicable, Violation

PACK = "plimsoll"
VERSION = "0.1.0"

_LEVELS: dict[Level, Any] = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "remediate": analyzer_pb2.REMEDIATE,
    "disabled": analyzer_pb2.DISABLED,
}
level_names: Mapping[int, Level] = {number: name for name, number in _LEVELS.items()}

_SEVERITIES = {
    "low": analyzer_pb2.POLICY_SEVERITY_LOW,
    "medium": analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    "high": analyzer_pb2.POLICY_SEVERITY_HIGH,
    "critical": analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}


@cache
def analyzer_info() -> Any:  # noqa: ANN401 - a protobuf message
    """Describe the pack."""
    return analyzer_pb2.AnalyzerInfo(
        name=PACK,
        displayName="Plimsoll",
        version=VERSION,
        supportsConfig=True,
        description="Refuses what can cost more than its budget, and what cannot be priced.",
        policies=[_policy_info(rule) for rule in RULES],
    )


def _policy_info(rule: Rule) -> Any:  # noqa: ANN401 - a protobuf message
    info = analyzer_pb2.PolicyInfo(
        name=rule.name,
        displayName=rule.name,
        description=rule.description,
        enforcementLevel=_LEVELS[rule.level],
        severity=_SEVERITIES[rule.severity],
        remediation_steps=rule.remediation,
        policy_type=analyzer_pb2.POLICY_TYPE_STACK
        if rule.each is None
        else analyzer_pb2.POLICY_TYPE_RESOURCE,
    )
    if rule.schema:
        info.configSchema.properties.update({key: _plain(part) for key, part in rule.schema.items()})
    return info


def _plain(schema: Any) -> Any:  # noqa: ANN401 - JSON Schema
    """Copy mappings into the dicts that protobuf takes."""
    return json.loads(json.dumps(schema))


def diagnostic(violation: Violation) -> Any:  # noqa: ANN401 - a protobuf message
    """Word one violation: its code, and at most two lines."""
    rule = rule_named(violation.policy)
    level = "mandatory" if violation.level == "remediate" else violation.level
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=violation.policy,
        policyPackName=PACK,
        policyPackVersion=VERSION,
        description=rule.description if rule else "",
        message=f"{violation.code}: {violation.message}",
        enforcementLevel=_LEVELS[level],
        severity=_SEVERITIES[rule.severity if rule else "critical"],
        urn=violation.urn or "",
    )


def not_applicable(skipped: Iterable[NotApplicable]) -> list[Any]:
    """Say which policies had nothing to judge, and why."""
    return [analyzer_pb2.PolicyNotApplicable(policy_name=s.policy, reason=s.reason) for s in skipped]
