"""Read what `plimsoll check` judges: digests, states, plans and manifests become one resource graph."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import cast

from plimsoll.files.named import texts_of
from plimsoll.gate.inputs import digest, lock, manifests, plan, preview, state
from plimsoll.gate.inputs.committed import CommittedPlan, planned_ceiling
from plimsoll.gate.inputs.foreign import named, read_documents
from plimsoll.gate.inputs.reader import Contents, Json, Reader
from plimsoll.graph.from_manifests import MAX_BYTES
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.types import is_kubernetes
from plimsoll.ground.problems import Problem, SpecError, first_of
from plimsoll.ground.tree import mapping_at
from plimsoll.pricing import CannotPrice
from plimsoll.text.json_places import placed

READERS: tuple[Reader, ...] = (
    lock.READER,
    plan.READER,
    manifests.READER,
    preview.READER,
    state.READER,
    digest.READER,
)
"""Every kind of document, in the order of the tests: the first that recognises one reads it."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs together are one graph. `plans` are judged only where there is no other graph."""

    graph: Graph
    plans: tuple[CommittedPlan, ...]
    unseen: tuple[CannotPrice, ...] = ()
    """What an input leaves out, so that nobody can say what it costs."""
    previewed_ceiling: Decimal | None = None
    """What previews say that the graph costs at most, where there is nothing beside them."""
    damaged_claims: tuple[Problem, ...] = ()
    """Why a preview says no such amount."""

    @property
    def planned_ceiling(self) -> Decimal | None:
        """Add up what committed plans say that the graph costs at most, where both are given.

        Kubernetes manifests alone hold no cluster, so its parts are not expected of them.
        """
        if not self.plans or not self.graph.resources:
            return None
        cluster = any(not is_kubernetes(resource) for resource in self.graph.resources)
        return planned_ceiling(self.plans, cluster=cluster)

    @property
    def planned_at_list(self) -> bool:
        """Whether committed plans say their ceilings at list prices too; then those are compared."""
        ceilings = (resource.inputs.get("ceiling") for plan in self.plans for resource in plan.resources)
        return any(isinstance(found, Mapping) and "listUsdPerMonth" in found for found in ceilings)

    @property
    def planned_region(self) -> str | None:
        """Give the region of the plans, if they have one in common."""
        regions = {plan.region for plan in self.plans}
        return regions.pop() if len(regions) == 1 else None


def read_graph(*names: str) -> Graph:
    """Read digests, previews, states and manifests as one resource graph.

    Raises:
        SpecError: with every problem of every file, or with what a graph cannot say: what an input leaves
            out, and what a plan claims; or there is no input.
    """
    if not names:
        raise SpecError(
            Problem("no input to read", "an empty graph costs nothing", "name a file or a folder")
        )
    inputs = read_inputs(names)
    if inputs.plans:
        why = "its pools are priced and its claims held by the check"
        raise SpecError(
            Problem("a plan is not a resource graph", why, "use `plimsoll check`, or read a preview")
        )
    if inputs.unseen:
        raise SpecError([Problem(unseen.message) for unseen in inputs.unseen])
    return inputs.graph


def read_inputs(names: Sequence[str]) -> Inputs:
    """Read every input: a file, a folder of manifests, or `-` for standard input.

    Raises:
        SpecError: with every problem of every file.
    """
    problems: list[Problem] = []
    contents: list[Contents] = []
    for file, text in texts_of(names, MAX_BYTES, problems):
        found = list(lock.broken(text, file)) if lock.looks_like_one(text) else []
        for document in read_documents(text, file, found) if not found else ():
            reader = _reader_of(document)
            if reader is None:
                found.append(named(document, file))
            elif reader is lock.READER and (changed := lock.broken(text, file)):
                found += changed
            else:
                contents.append(reader.read(document, file, found))
        problems += first_of(placed(found, text, file))
    problems += _told_twice(contents)
    if not contents and not problems:
        why, fix = "the inputs hold comments alone", "give a document; an empty graph costs nothing"
        problems.append(Problem("nothing to judge", why, fix))
    if problems:
        raise SpecError(problems)
    return _inputs(contents)


def _told_twice(contents: Sequence[Contents]) -> Iterator[Problem]:
    """Refuse what two inputs tell: it would be paid for twice, and claimed twice.

    Manifests may be of two clusters, each with an object of one name: equal ones count twice. Of two that
    differ nobody knows which one is applied last, and so stays.
    """
    why, fix = "it would count twice", "give it once"
    plans = Counter(plan.resources[0].name for found in contents for plan in found.plans)
    for name in (name for name, count in plans.items() if count > 1):
        yield Problem(f"two plans of the workload {name[:60]!r}", why, fix)
    yield from _contradicting([each for found in contents for each in found.objects])
    urns = Counter(urn for found in contents if found.graph for urn in {r.urn for r in found.graph.resources})
    shared = [urn for urn, count in urns.items() if count > 1 and urn != digest.UNCHANGED]
    if shared:
        yield Problem(f"{len(shared)} resources are in two inputs", why, fix, path=shared[0])


def _contradicting(objects: Sequence[Resource]) -> Iterator[Problem]:
    first: dict[str, Resource] = {}
    for each in objects:
        earlier = first.setdefault(each.urn, each)
        kind = each.type.rpartition(":")[2]
        if kind in _MERGED or "name" not in mapping_at(each.inputs, "metadata"):
            continue
        if earlier.inputs != each.inputs:
            what = f"{kind} {each.name[:60]!a} is here and in {earlier.file}, and the two differ"
            why = "whichever is applied last wins, and nobody knows which that is"
            fix = "give the one that holds; check the files of two clusters one by one"
            yield Problem(what, why, fix, file=each.file)


_MERGED = ("Namespace", "ServiceAccount")
"""Kinds that files often repeat, and on which no price stands."""


def _reader_of(document: object) -> Reader | None:
    if not isinstance(document, Mapping):
        return None
    mapping = cast("Json", document)
    return next((reader for reader in READERS if reader.recognises(mapping)), None)


def _inputs(contents: Sequence[Contents]) -> Inputs:
    graphs = [found.graph for found in contents if found.graph is not None]
    objects = tuple(resource for found in contents for resource in found.objects)
    graph = _together([*graphs, Graph(objects)] if objects else graphs)
    unseen = tuple(
        CannotPrice(r.urn, "unknown_value", r.inputs["why"])
        for r in graph.resources
        if r.type == digest.UNSEEN
    )
    seen = tuple(resource for resource in graph.resources if resource.type != digest.UNSEEN)
    plans = tuple(plan for found in contents for plan in found.plans)
    claims = [found.ceiling for found in contents if found.graph is not None or found.objects]
    damaged = tuple(found.damaged_claim for found in contents if found.damaged_claim is not None)
    return Inputs(replace(graph, resources=seen), plans, unseen, _sum(claims), damaged)


def _sum(claims: Sequence[Decimal | None]) -> Decimal | None:
    """Add up what every input says; None where one says nothing."""
    known = [claim for claim in claims if claim is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(claims) else None


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
