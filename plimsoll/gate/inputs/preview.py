"""Read the document that `plimsoll preview --format json` writes."""

from dataclasses import replace
from decimal import Decimal

from plimsoll.gate.inputs.reader import MONEY, Contents, Json, Reader
from plimsoll.graph.from_pulumi import graph_of, list_of, resource_of
from plimsoll.graph.resource import Graph
from plimsoll.ground.problems import Problem
from plimsoll.ground.tree import shown, step

SCHEMA = "plimsoll.dev/preview/v1"


def is_preview(document: Json) -> bool:
    """Recognise what `plimsoll preview --format json` prints."""
    return document.get("schema") == SCHEMA


def graph_of_preview(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read the document of `plimsoll preview --format json`."""
    entries = list_of(document, "resources", file, problems)
    read = [resource_of(entry, file, f"resources[{i}]", problems) for i, entry in enumerate(entries)]
    region = document.get("region")
    graph = graph_of([r for r in read if r is not None], region if isinstance(region, str) else None)
    return replace(graph, stack=str(document.get("stack") or graph.stack))


def _contents(document: Json, file: str, problems: list[Problem]) -> Contents:
    graph, ceiling = graph_of_preview(document, file, problems), _ceiling(document)
    damaged = None if ceiling is not None else _no_ceiling(document, file)
    return Contents(graph, ceiling, damaged_claim=damaged)


def _ceiling(document: Json) -> Decimal | None:
    """Read the ceiling that the preview found; None where it found none, or the document is damaged."""
    text = step(document, "usd_per_month", "ceiling")
    return Decimal(text) if isinstance(text, str) and MONEY.fullmatch(text) else None


def _no_ceiling(document: Json, file: str) -> Problem:
    found = step(document, "usd_per_month", "ceiling")
    what = "the preview says no ceiling" if found is None else f"{shown(found)} is not an amount"
    fix = "write the preview again with plimsoll preview --format json"
    return Problem(what, "nothing can be held against it", fix, "usd_per_month.ceiling", file)


READER = Reader(is_preview, _contents)
