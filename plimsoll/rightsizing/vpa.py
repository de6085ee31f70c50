"""A VerticalPodAutoscaler that only recommends says what CPU and memory a pod needs: read from its status."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plimsoll.ground.problems import Problem, SpecError, first_of
from plimsoll.ground.quantity import parse_quantity
from plimsoll.ground.tree import list_at, mapping_at, step
from plimsoll.ground.units import GIB
from plimsoll.rightsizing.patch import CLOSE, MeasuredChange
from plimsoll.text.documents import documents_of

_KEYS = (("cpu", "measured.cpu", 1), ("memory", "measured.memory_gib", GIB))
"""Resources of a recommendation, and the key of a measured service that says the same."""


def recommended(text: str, file: str) -> list[Mapping[str, Any]]:
    """Read the VerticalPodAutoscalers of a file, as `kubectl get vpa -A -o yaml` writes them.

    Raises:
        SpecError: it cannot be read, or holds none.
    """
    problems: list[Problem] = []
    documents = documents_of(text, file, problems)
    if problems:
        raise SpecError(first_of(problems))
    every = [each for document in documents for each in (list_at(document, "items") or [document])]
    found = [each for each in every if step(each, "kind") == "VerticalPodAutoscaler"]
    if not found:
        fix = "kubectl get vpa -A -o yaml > FILE"
        raise SpecError(Problem("no VerticalPodAutoscaler is in it", "", fix, file=file))
    return found


def changes_by_vpa(
    workload: Mapping[str, Any], every: Sequence[Mapping[str, Any]]
) -> Iterator[MeasuredChange]:
    """Yield the requests of a measured service that a recommendation moves by more than a twentieth.

    The target is the 90th percentile and 15 % (VPA's recommender); of several containers the largest serves.
    Pods of a model are requested as sizing says: their host memory is the node's own.
    """
    measured = mapping_at(workload, "measured")
    if not measured:
        return
    name = str(step(workload, "name"))
    own = [each for each in every if _is_of(each, name)]
    for resource, path, unit in _KEYS:
        target = max((_targets(own, resource)), default=None)
        now = measured.get(path.rpartition(".")[2])
        if target is None or not isinstance(now, int | float):
            continue
        wanted = round(target / unit, 3)
        if wanted > 0 and abs(wanted - now) > CLOSE * now:
            yield MeasuredChange(path, now, wanted)


def _is_of(vpa: Mapping[str, Any], name: str) -> bool:
    target = str(step(vpa, "spec", "targetRef", "name") or "")
    return target == name or target in (f"{name}-base", f"{name}-burst")


def _targets(every: Sequence[Mapping[str, Any]], resource: str) -> Iterator[float]:
    for vpa in every:
        for each in list_at(vpa, "status", "recommendation", "containerRecommendations"):
            found = parse_quantity(str(step(each, "target", resource) or ""))
            if found is not None:
                yield float(found)
