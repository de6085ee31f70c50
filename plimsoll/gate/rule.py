"""A rule is one policy: name, level, severity, configuration schema, and a function that judges."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from plimsoll.gate.case import Case
from plimsoll.gate.verdict import Code, Level, Severity
from plimsoll.graph.resource import Resource

Config = Mapping[str, Any]
"""A policy's configuration after its schema has been checked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule finds something wrong, before its level and the exemptions are applied."""

    code: Code
    urn: str | None
    message: str
    story: str = ""
    usd_per_month: Decimal | None = None


class NotApplicableError(Exception):
    """Raised by a rule that has nothing to judge here; the reason is reported."""


JudgeResource = Callable[[Resource, Case, Config], Iterable[Finding]]
JudgeGraph = Callable[[Case, Config], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule judges single resources by `each`, the graph by `whole`; it has one or both.

    `schema` maps configuration keys to JSON Schema; the unit is in the key. `needs` names the keys without
    which the rule does not apply.
    """

    name: str
    description: str
    level: Level
    severity: Severity
    remediation: str
    each: JudgeResource | None = None
    whole: JudgeGraph | None = None
    schema: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    needs: tuple[str, ...] = ()

    def defaults(self) -> dict[str, Any]:
        """Collect the defaults that the schema declares."""
        return {key: part["default"] for key, part in self.schema.items() if "default" in part}

    def check_applies(self, config: Config) -> None:
        """Raise `NotApplicableError` where none of the needed keys is configured."""
        if self.needs and not any(config.get(key) for key in self.needs):
            raise NotApplicableError(f"{' or '.join(self.needs)} not configured")
