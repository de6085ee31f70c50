"""Read a digest, which `pulumi preview --json` prints: the resources step by step."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from plimsoll.gate.inputs.reader import Contents, Json, Reader
from plimsoll.graph.from_pulumi import graph_of, list_of, problem_of, resource_of
from plimsoll.graph.resource import Graph, Resource
from plimsoll.graph.values import HIDDEN
from plimsoll.ground.problems import Problem

UNSEEN = "plimsoll:unseen"
"""Stands for resources that an input leaves out; its `why` says which."""

SHOW_SAMES = (
    "so what they cost is not known; write it with `pulumi preview --json --show-sames > FILE`, "
    "or give the state: `pulumi stack export`"
)

COUNTED = {"create": "new", "import": "imported", "same": "unchanged", "update": "changed"}
"""Operations of the summary that a digest shows step by step, and what it says of their resources.

It never shows default providers, parts of replacements, and reads without --show-reads: none is counted.
"""

UNCHANGED = "urn:unchanged"
"""Names them in every digest."""

GONE = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace"})
"""Operations of a digest after which the resource is no longer there."""
READ = frozenset({"read", "read-replacement", "read-discard"})
STAYS = frozenset({"same", "create", "update", "replace", "create-replacement", "refresh", "import"})
KNOWN_OPERATIONS = GONE | READ | STAYS | {"import-replacement"}


def is_digest(document: Json) -> bool:
    """Recognise what `pulumi preview --json` prints."""
    return "steps" in document or ("changeSummary" in document and "config" in document)


def graph_of_digest(document: Json, file: str, problems: list[Problem]) -> Graph:
    """Read a digest: what the graph holds after the operation."""
    found: dict[str, Resource] = {}
    shown: Counter[str] = Counter()
    _check_succeeded(document, file, problems)
    for index, step in enumerate(list_of(document, "steps", file, problems)):
        path = f"steps[{index}]"
        if not isinstance(step, Mapping):
            problems.append(problem_of("not an object", file, path))
            continue
        entry = cast("Json", step)
        operation = entry.get("op")
        if not isinstance(operation, str) or operation not in KNOWN_OPERATIONS:
            problems.append(problem_of(f"unknown operation {ascii(operation)[:40]}", file, f"{path}.op"))
            continue
        shown[operation] += 1
        state = "oldState" if operation in GONE else "newState"
        if operation in GONE and not _is_kept(entry):
            continue
        resource = resource_of(entry.get(state), file, f"{path}.{state}", problems)
        if resource is not None:
            external = resource.external or operation in READ
            key = f"{resource.urn}#kept" if operation in GONE else resource.urn
            found[key] = replace(resource, urn=key, external=external)
    left_out = _left_out(document, shown, file, problems)
    unseen = [_unseen(left_out)] if left_out else []
    return graph_of([*found.values(), *unseen], _config_region(document))


def _check_succeeded(document: Json, file: str, problems: list[Problem]) -> None:
    """Refuse the digest of a preview that failed: its steps end where it stopped."""
    listed = list_of(document, "diagnostics", file, problems)
    errors = [cast("Json", each) for each in listed if isinstance(each, Mapping)]
    said = [str(each.get("message", "")) for each in errors if each.get("severity") == "error"]
    if said or document.get("result") == "failed":
        first = ascii(said[0].strip())[1:121] if said else "result is failed"
        fix = "mend what it says, and give the digest of a preview that succeeds"
        problems.append(Problem("the preview failed", first, fix, "diagnostics", file))


def _is_kept(step: Json) -> bool:
    """Say whether what a step lets go of stays in the cloud: `retainOnDelete` only forgets it."""
    old = step.get("oldState")
    return isinstance(old, Mapping) and cast("Json", old).get("retainOnDelete") is True


def _left_out(document: Json, shown: Counter[str], file: str, problems: list[Problem]) -> str:
    """Say what a digest counts and does not show: without --show-sames, what does not change."""
    summary = document.get("changeSummary", {})
    counts = cast("Json", summary) if isinstance(summary, Mapping) else {"": summary}
    hidden: list[str] = []
    for operation, count in counts.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            what = f"{ascii(count)[:40]} is not a count"
            problems.append(problem_of(what, file, f"changeSummary.{operation}".rstrip(".")))
        elif operation in COUNTED and count > shown[operation]:
            hidden.append(f"{count - shown[operation]} {COUNTED[operation]}")
    if not hidden:
        return ""
    return f"{' and '.join(hidden)} resources are left out of the digest, {SHOW_SAMES}"


def _unseen(why: str) -> Resource:
    return Resource(UNCHANGED, UNSEEN, "unchanged", {"why": why})


def _config_region(document: Json) -> str | None:
    config = document.get("config")
    region = cast("Json", config).get("aws:region") if isinstance(config, Mapping) else None
    return region if isinstance(region, str) and region != HIDDEN else None


def _contents(document: Json, file: str, problems: list[Problem]) -> Contents:
    return Contents(graph_of_digest(document, file, problems))


READER = Reader(is_digest, _contents)
