"""The pods of a run: what starts in them, what they ask of a node, and what they are told."""

from collections.abc import Mapping
from typing import Annotated, Any

from plimsoll.candidates.runs.candidate import RunCandidate, RunSpace, waits_in_queue
from plimsoll.engines.base import ContainerSpec
from plimsoll.ground.start_up import record
from plimsoll.ground.tree import mapping_at
from plimsoll.sizing.nodes import free_cpu, free_memory_gib
from plimsoll.sizing.runs.grace import GRACE_S
from plimsoll.sizing.sharing.whole import RESOURCE

SHARE = 0.9
"""Share of a node's free CPU and memory that a pod requests where nobody measured it: it is alone there."""

EFA = "vpc.amazonaws.com/efa"
WITHOUT_HUGE_PAGES = {"FI_EFA_USE_HUGE_PAGE": "0"}
"""Karpenter knows of no huge pages on any node (karpenter#751, v1.14.1): a pod that asks for some, as the EFA
examples of AWS do, waits for ever. libfabric does without, at "a minor performance hit" (EFA cheatsheet of
awsome-distributed-training)."""


CLIENT_CPU, CLIENT_MEMORY_GIB = 1.0, 2.0
"""What the container of a batch takes that reads requests and writes answers; its engine has the rest of the
node. Assumption."""


@record
class RunContainer:
    """One pod a node. `queued` says that Kueue admits the run: it starts as a gang, or moves off spot."""

    image: Annotated[str | None, "Container image; null where nobody named one."]
    command: Annotated[tuple[str, ...], "Container command; empty for the image's own."]
    engine: Annotated[str | None, "Training engine; null where nobody named one."]
    nodes: Annotated[int, "Pods, one a node."]
    accelerators: Annotated[int, "Accelerators of one pod."]
    cpu_request: Annotated[float, "Pod CPU request, vCPU."]
    memory_request_gib: Annotated[float, "Pod memory request, GiB."]
    efa_interfaces: Annotated[int, "EFA interfaces of one pod; 0 on a single node."]
    grace_s: Annotated[int, "Seconds that a pod has to save when it is told to end."]
    enforced_s: Annotated[int, "Seconds after which the cluster ends the run."]
    queued: Annotated[bool, "Whether Kueue admits it."]
    switch_after_s: Annotated[
        int | None, "Seconds after admission at which it leaves spot; null where never."
    ]
    kept: Annotated[int | None, "Checkpoints that are kept; null where nothing is saved."]
    server: Annotated[ContainerSpec | None, "Engine beside a batch's worker; null of a training."] = None
    shard_requests: Annotated[int | None, "Requests of a shard; null of a training."] = None
    in_flight: Annotated[int | None, "Requests that a worker keeps in flight; null of a training."] = None

    @property
    def image_key(self) -> str:
        """The key of the spec that names the image."""
        return "engine.image" if self.server is None else "image"

    def requested(self, pods: int = 1) -> Mapping[str, str]:
        """Write what so many pods request, by Kubernetes' names."""
        found = {
            "cpu": f"{self.cpu_request * pods:g}",
            "memory": f"{self.memory_request_gib * pods:g}Gi",
        }
        return found | self.devices(pods)

    def devices(self, pods: int = 1) -> dict[str, str]:
        """Write what so many pods must be limited to as they request it: devices."""
        found = {RESOURCE: str(self.accelerators * pods)} if self.accelerators else {}
        if self.efa_interfaces:
            found |= {EFA: str(self.efa_interfaces * pods)}
        return found

    @property
    def pod_quota(self) -> dict[str, str]:
        """What the namespace may request at most: the accelerators of all pods of one run."""
        return {f"requests.{RESOURCE}": str(self.nodes * self.accelerators)}


def run_container(space: RunSpace, best: RunCandidate) -> RunContainer:
    """Put down what the pods of a choice start and request."""
    timed, instance = best.must_be_sized().timed, best.option.instance
    asked = space.spec.model_dump(mode="json")
    engine: dict[str, Any] = asked.get("engine") or {}
    cpu, memory = _requests(asked, instance.accelerators, free_cpu(instance), free_memory_gib(instance))
    server = space.work.server(best.option.way)
    if server is not None:
        cpu, memory = cpu - CLIENT_CPU, memory - CLIENT_MEMORY_GIB
    several = timed.pace.nodes > 1 and server is None
    client = asked if server is not None else engine
    saves = timed.checkpoint
    return RunContainer(
        image=client.get("image"),
        command=tuple(client.get("command") or ()),
        engine=engine.get("name"),
        nodes=timed.pace.nodes,
        accelerators=instance.accelerators,
        cpu_request=round(cpu, 2),
        memory_request_gib=memory,
        efa_interfaces=instance.efa_interfaces if several else 0,
        grace_s=GRACE_S,
        enforced_s=timed.hours.enforced_min * 60,
        queued=waits_in_queue(timed, asked=_asks_for_queue(asked), alone=server is not None),
        switch_after_s=None if timed.hours.switch_h is None else max(int(timed.hours.switch_h * 3600), 0),
        kept=saves.kept if saves is not None else None,
        server=server,
        shard_requests=timed.pace.shard_requests,
        in_flight=timed.pace.in_flight,
    )


TRAINER = "trainer"
"""Kubeflow's trainer: its TrainJob has no bound that holds over a resume, so that Kueue always admits it."""


def _asks_for_queue(asked: dict[str, Any]) -> bool:
    return bool(asked.get("queue")) or mapping_at(asked, "engine").get("name") == TRAINER


def _requests(asked: dict[str, Any], accelerators: int, cpu: float, memory: float) -> tuple[float, float]:
    """Take what was measured beside each accelerator, or most of what the node has free."""
    measured = asked.get("measured")
    if measured is not None:
        return measured["cpu"] * accelerators, measured["memory_gib"] * accelerators
    return round(cpu * SHARE, 2), float(int(memory * SHARE))
