"""Each tool of a load test is one file of objects; what a service answers says which of them fit."""

from collections.abc import Callable, Sequence

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.loadtest.drive import Drive
from plimsoll.loadtest.objects.inference_perf import inference_perf_objects
from plimsoll.loadtest.objects.k6 import k6_objects
from plimsoll.loadtest.objects.vllm import vllm_objects
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import missing_image

TOOLS: dict[str, Callable[[Drive, ClusterFacts], list[Object]]] = {
    "vllm": vllm_objects,
    "inference-perf": inference_perf_objects,
    "k6": k6_objects,
}
"""Every tool by its name in `--tool`; token by token the first two."""

_OF_TOKENS = ("vllm", "inference-perf")


def objects_of(drive: Drive, cluster: ClusterFacts, tool: str | None = None) -> Sequence[Object]:
    """Write the objects of a test; without a tool that which fits the service best.

    Raises:
        SpecError: the tool does not measure what the service is judged on, or nothing would run.
    """
    named = tool or ("k6" if drive.lengths is None else "vllm")
    if problem := _unfit(drive, named) or _not_runnable(drive, cluster):
        raise SpecError(problem)
    return TOOLS[named](drive, cluster)


def _unfit(drive: Drive, tool: str) -> Problem | None:
    if drive.plan.queue is not None:
        return Problem("a queue's workers are not asked", "they take tasks", "fill the queue", "load.queue")
    if drive.lengths is None and tool in _OF_TOKENS:
        why = f"{drive.name} answers once, and {tool} counts tokens"
        return Problem(f"{tool} does not fit", why, "--tool k6", "--tool")
    if drive.lengths is not None and tool not in _OF_TOKENS:
        why = f"{drive.name} is judged by its tokens, and {tool} sees whole answers alone"
        return Problem(f"{tool} does not fit", why, "--tool vllm", "--tool")
    return None


def _not_runnable(drive: Drive, cluster: ClusterFacts) -> Problem | None:
    """A client may need no image of the workload; a server that nobody can start has none to test."""
    return missing_image(drive.plan, cluster) if drive.lengths is not None else None
