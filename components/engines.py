"""What is particular to a serving engine: where its load shows, and what it is told beyond the plan."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.serving import Serving

UNSET_IMAGE = "image-not-set.invalid/{workload}:unset"
"""What a preview shows where nobody named an image; an update refuses."""


@dataclass(frozen=True, slots=True)
class EngineMetrics:
    """PromQL of an engine's load, summed over replicas; `{on}` becomes the selector of its series."""

    in_flight: str
    per_second: str


ENGINES = {
    "vllm": EngineMetrics(
        "sum(vllm:num_requests_running{on} + vllm:num_requests_waiting{on})",
        "sum(rate(vllm:request_success_total{on}[2m]))",
    ),
    # In flight by Little's law: the rate at which seconds are spent inside requests.
    "tei": EngineMetrics("sum(rate(te_request_duration_sum{on}[2m]))", "sum(rate(te_request_count{on}[2m]))"),
}
"""vLLM's names are those of its V1 engine (vllm docs/design/metrics.md)."""

CONVENTION = EngineMetrics("sum(requests_in_flight{on})", "sum(rate(http_requests_total{on}[2m]))")
"""What any other service is expected to export; `metricQueries` names something else."""


def load_query(serving: Serving, scaling: Autoscaling, workload: str) -> str:
    """PromQL of what the plan scales on, over all replicas of a workload."""
    metrics = ENGINES.get(serving.engine or "", CONVENTION)
    query = metrics.in_flight if scaling.metric == "requests_in_flight" else metrics.per_second
    return query.replace("{on}", f'{{namespace="{workload}"}}')


def container_image(workload: str, serving: Serving, images: Mapping[str, str]) -> str:
    """The container's image: the stack's own choice, else the plan's.

    Raises:
        SpecError: Nobody names one, and this is not a preview.
    """
    found = images.get(workload) or serving.image
    if found:
        return found
    if serving.model and not serving.engine:
        what, fix = f"no engine is known for {serving.model}", f"set images.{workload} in the stack"
    else:
        what, fix = "the measured service names no image", "set measured.image in the spec"
    problem = Problem(
        what=what,
        why="it can be sized and priced without one, but not run",
        fix=f"{fix}, or images.{workload} in the stack" if "images." not in fix else fix,
        path=f"{workload}.measured.image" if serving.model is None else f"{workload}.model",
    )
    if not pulumi.runtime.is_dry_run():
        raise SpecError(problem)
    pulumi.log.warn(str(problem))
    return UNSET_IMAGE.replace("{workload}", workload)


def container_arguments(workload: str, serving: Serving) -> list[str]:
    """The container's arguments, from the plan.

    Raises:
        SpecError: The engine loads weights by name and the spec gave only a shape.
    """
    if serving.engine and not serving.model:
        raise SpecError(
            Problem(
                what="there are no weights to serve",
                why="the model is given by its shape alone, which can be sized but not run",
                fix="name the model as its hub repository, or point to its config.json",
                path=f"{workload}.model",
            )
        )
    return list(serving.args)
