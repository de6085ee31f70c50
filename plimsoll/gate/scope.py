"""A scope names the part of a graph that a budget or an exemption is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.gate.case import Case
from plimsoll.gate.tags import NOUNS, owner_value
from plimsoll.graph.resource import Resource
from plimsoll.ground.markers import UNKNOWN

SCOPE_SCHEMA: Mapping[str, Mapping[str, Any]] = {
    "stack": {"type": "string", "description": "Name of the stack."},
    "workload": {"type": "string", "description": "Value of the tag or label workload (or service)."},
    "team": {"type": "string", "description": "Value of the tag or label team."},
    "environment": {"type": "string", "description": "Value of the tag or label environment (or env)."},
}


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope is a part of the graph; every field that is set must match."""

    stack: str | None = None
    workload: str | None = None
    team: str | None = None
    environment: str | None = None

    @classmethod
    def read(cls, config: Mapping[str, Any]) -> "Scope":
        """Take the scope's keys out of a checked configuration."""
        return cls(*(config.get(key) for key in SCOPE_SCHEMA))

    @property
    def everything(self) -> bool:
        """Tell whether it narrows nothing."""
        return self == Scope()

    def matches_stack(self, case: Case) -> bool:
        """Tell whether the graph as a whole is meant: only a scope of the stack alone says so."""
        return self in (Scope(), Scope(stack=case.graph.stack))

    def matches(self, resource: Resource, case: Case) -> bool:
        """Tell whether a resource lies in the scope; one whose owner is not known yet lies in every scope."""
        if self.stack is not None and self.stack != case.graph.stack:
            return False
        return all(
            owner_value(resource, noun, case) in (wanted, UNKNOWN) for noun, wanted in self._nouns().items()
        )

    def unowned(self, resource: Resource, case: Case) -> str | None:
        """Name the noun that a budget by team or environment needs and nobody says; None if all is said."""
        for noun in self._nouns():
            if noun != "workload" and owner_value(resource, noun, case) is None:
                return noun
        return None

    def _nouns(self) -> dict[str, str]:
        given = {noun: getattr(self, noun) for noun in NOUNS}
        return {noun: wanted for noun, wanted in given.items() if wanted is not None}

    def __str__(self) -> str:
        parts = [f"{key} {getattr(self, key)}" for key in SCOPE_SCHEMA if getattr(self, key) is not None]
        return ", ".join(parts) or "the stack"


WHOLE = Scope()
"""The scope of everything."""
