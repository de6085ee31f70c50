"""What a policy is: a name, a level, a severity, a configuration schema, and a function that judges."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.gate.verdict import Code, Level, Severity
from plimsoll.graph.resource import Graph, Resource
from plimsoll.pricing import Priced
from plimsoll.pricing.market import PriceBook

Config = Mapping[str, Any]
"""A policy's configuration after its schema has been checked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found, before its level and the exemptions are applied."""

    code: Code
    urn: str | None
    message: str
    story: str = ""
    usd_per_month: Decimal | None = None


class NotApplicableError(Exception):
    """Raised by a rule that has nothing to judge here; the reason is reported."""


@dataclass
class Scene:
    """Everything a rule may look at. The date is an argument: nothing here reads a clock."""

    graph: Graph
    priced: Priced
    catalog: Catalog
    on_date: str
    blocking: frozenset[str] = frozenset()
    """Names of the policies whose violations block, as configured."""

    @cached_property
    def by_urn(self) -> dict[str, Resource]:
        """Resources by URN; of two with one URN the later."""
        return {resource.urn: resource for resource in self.graph.resources}

    @cached_property
    def book(self) -> PriceBook:
        """The catalogue, indexed by instance type."""
        return PriceBook(self.catalog)

    @cached_property
    def costly(self) -> set[str]:
        """URNs of the resources that cost money, or whose cost is not known."""
        priced = self.priced
        return {line.urn for line in priced.lines} | {p.urn for p in priced.cannot_price}

    def ancestors(self, resource: Resource) -> Iterator[Resource]:
        """Walk from a resource's parent up; a loop of parents ends the walk."""
        seen = {resource.urn}
        parent = resource.parent
        while parent and parent not in seen and parent in self.by_urn:
            seen.add(parent)
            yield self.by_urn[parent]
            parent = self.by_urn[parent].parent

    def created(self) -> Iterator[Resource]:
        """Walk the resources that this stack creates: what it only reads is not its own to judge."""
        yield from (resource for resource in self.by_urn.values() if not resource.external)


JudgeResource = Callable[[Resource, Scene, Config], Iterable[Finding]]
JudgeGraph = Callable[[Scene, Config], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """One policy. `each` judges a single resource, `whole` the graph; a rule has one or both.

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
