"""Read what `plimsoll check` judges: digests, states, plans and manifests become one resource graph."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from plimsoll.files.bounded import read_bounded
from plimsoll.gate.inputs.plan import PlanFile, is_plan, planned_ceiling, plans_of
from plimsoll.graph.from_manifests import MAX_BYTES, documents_of, is_manifest, resources_of
from plimsoll.graph.from_pulumi import (
    UNSEEN,
    graph_of_digest,
    graph_of_preview,
    graph_of_state,
    is_digest,
    is_preview,
    is_state,
)
from plimsoll.graph.resource import Graph, Resource
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.pricing import CannotPrice

SUFFIXES = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The graph of all inputs together. `plans` are judged only where there is no other graph."""

    graph: Graph
    plans: tuple[PlanFile, ...]
    kinds: tuple[str, ...]
    unseen: tuple[CannotPrice, ...] = ()
    """What an input leaves out, so that nobody can say what it costs."""

    @property
    def planned_ceiling(self) -> Decimal | None:
        """What the committed plans say the graph costs at most, where both are given.

        Kubernetes manifests alone hold no cluster, so its parts are not expected of them.
        """
        if not self.plans or not self.graph.resources:
            return None
        cluster = any(not resource.type.startswith("kubernetes:") for resource in self.graph.resources)
        return planned_ceiling(self.plans, cluster=cluster)

    @property
    def planned_region(self) -> str | None:
        """The region of the plans, if they have one in common."""
        regions = {plan.region for plan in self.plans}
        return regions.pop() if len(regions) == 1 else None


def read_graph(*paths: str) -> Graph:
    """Read digests, previews, states and manifests as one resource graph.

    Raises:
        SpecError: with every problem of every file.
    """
    return read_inputs(paths).graph


def read_inputs(paths: Sequence[str]) -> Inputs:
    """Read every input.

    Raises:
        SpecError: with every problem of every file.
    """
    problems: list[Problem] = []
    graphs: list[Graph] = []
    plans: list[PlanFile] = []
    manifests: list[Resource] = []
    kinds: dict[str, None] = {}
    for file, text in _texts(paths, problems):
        for document in _documents(text, file, problems):
            kind = _kind(document)
            kinds[kind] = None
            if kind == "plan":
                plans += plans_of(document, file, problems)
            elif kind == "manifests":
                manifests += resources_of(document, file, problems)
            elif kind == "":
                problems.append(_unrecognised(document, file))
            else:
                graphs.append(_READERS[kind](document, file, problems))
    if problems:
        raise SpecError(problems)
    if manifests:
        graphs.append(Graph(tuple(manifests)))
    graph = _together(graphs)
    unseen = tuple(
        CannotPrice(r.urn, "unknown_value", r.inputs["why"]) for r in graph.resources if r.type == UNSEEN
    )
    seen = tuple(resource for resource in graph.resources if resource.type != UNSEEN)
    return Inputs(replace(graph, resources=seen), tuple(plans), tuple(kinds), unseen)


_READERS = {"digest": graph_of_digest, "state": graph_of_state, "preview": graph_of_preview}


def _kind(document: object) -> str:
    if not isinstance(document, Mapping):
        return ""
    mapping = cast("Mapping[str, Any]", document)
    tests: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...] = (
        ("plan", is_plan),
        ("manifests", is_manifest),
        ("preview", is_preview),
        ("state", is_state),
        ("digest", is_digest),
    )
    return next((kind for kind, test in tests if test(mapping)), "")


def _texts(paths: Sequence[str], problems: list[Problem]) -> Iterator[tuple[str, str]]:
    for name in paths:
        if name == "-":
            yield "<stdin>", sys.stdin.read()
            continue
        path = Path(name)
        files = sorted(_files(path)) if path.is_dir() else [path]
        if not files:
            problems.append(Problem("the folder holds no YAML or JSON", "", "name a file", file=name))
        for file in files:
            text = _text(file, problems)
            if text is not None:
                yield str(file), text


def _files(folder: Path) -> Iterator[Path]:
    """Find manifests in a folder; hidden files and folders are left out."""
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in SUFFIXES and path.is_file() and not hidden:
            yield path


def _text(path: Path, problems: list[Problem]) -> str | None:
    try:
        raw = read_bounded(path, MAX_BYTES)
        if len(raw) <= MAX_BYTES:
            return raw.decode("utf-8-sig")
        problems.append(Problem(f"larger than {MAX_BYTES:,} bytes", "", "split it", file=str(path)))
    except UnicodeDecodeError:
        problems.append(Problem("not UTF-8 text", "", "save it as UTF-8", file=str(path)))
    except SpecError as error:
        problems += error.problems
    return None


def _documents(text: str, file: str, problems: list[Problem]) -> list[Any]:
    if not text.strip():
        problems.append(Problem("the file is empty", "", "give a document to judge", file=file))
        return []
    if text.lstrip()[:1] not in "{[":
        return documents_of(text, file, problems)
    try:
        parsed = json.loads(text, object_pairs_hook=_unique)
    except _TwiceError as error:
        problems.append(Problem(f"key {str(error)[:60]!a} is given twice", "", "remove one", file=file))
        return []
    except RecursionError:
        problems.append(Problem("nested too deeply", "", "check the file", file=file))
        return []
    except json.JSONDecodeError as error:
        if file.endswith(".json") or text.lstrip()[0] == "[":
            where = (error.lineno, error.colno)
            problems.append(Problem("not JSON", error.msg.lower(), "check this line", "", file, *where))
            return []
        return documents_of(text, file, problems)
    except ValueError as error:
        problems.append(Problem("not JSON", str(error)[:100], "check the file", file=file))
        return []
    several = isinstance(parsed, list) and all(is_manifest(item) for item in cast("list[Any]", parsed))
    return cast("list[Any]", parsed) if several else [parsed]


class _TwiceError(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _unrecognised(document: object, file: str) -> Problem:
    schema = cast("Mapping[str, Any]", document).get("schema") if isinstance(document, Mapping) else None
    what = f"a document of schema {schema[:60]!r}" if isinstance(schema, str) else "not a document to judge"
    why = "check reads a preview's digest, an exported state, a plan, or Kubernetes manifests"
    return Problem(what, why, "give one of these", file=file)


def _together(graphs: Sequence[Graph]) -> Graph:
    """Join the graphs; resources of one URN in two inputs are two resources."""
    if len(graphs) == 1 and len({r.urn for r in graphs[0].resources}) == len(graphs[0].resources):
        return graphs[0]
    joined: list[Resource] = []
    seen: dict[str, int] = {}
    for graph in graphs:
        for resource in graph.resources:
            count = seen[resource.urn] = seen.get(resource.urn, 0) + 1
            urn = resource.urn if count == 1 else f"{resource.urn}#{count}"
            joined.append(replace(resource, urn=urn, region=resource.region or graph.region))
    first = graphs[0] if graphs else Graph(())
    return Graph(tuple(joined), first.stack, first.project, None)
