"""A reader knows one kind of document: by what it is recognised, and what it says."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from plimsoll.gate.inputs.committed import CommittedPlan
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.problems import Problem

Json = Mapping[str, Any]

MONEY = re.compile(r"[0-9]{1,13}\.[0-9]{2}")
"""How our documents write an amount of money."""


@dataclass(frozen=True, slots=True)
class Contents:
    """One document holds a graph of its own, objects of a graph that files share, or plans."""

    graph: Graph | None = None
    ceiling: Decimal | None = None
    """What the document itself says that its graph costs at most, USD per month."""
    damaged_claim: Problem | None = None
    """Why the document says no such amount, though its kind does."""
    objects: tuple[Resource, ...] = ()
    plans: tuple[CommittedPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader stands for one kind of document; `read` takes document, file, and the problems to add to."""

    recognises: Callable[[Json], bool]
    read: Callable[[Json, str, list[Problem]], Contents]
