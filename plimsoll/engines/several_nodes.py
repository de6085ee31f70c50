"""An engine may serve one replica over several nodes: its pods are a group, with a leader that answers."""

from collections.abc import Sequence

from plimsoll.ground.start_up import record


@record
class GroupCommands:
    """The shell commands of a group: `leader` ends where the engine's own arguments begin."""

    leader: str
    worker: str

    def of_leader(self, arguments: Sequence[str]) -> str:
        """Start the engine beside the group's coordinator."""
        return " ".join([self.leader, *arguments])


_RAY = "bash /vllm-workspace/examples/online_serving/multi-node-serving.sh"
"""vLLM's image carries this script for LeaderWorkerSet: it starts Ray and waits for the group."""

SEVERAL_NODES = {
    "vllm": GroupCommands(
        leader=f"{_RAY} leader --ray_cluster_size=$(LWS_GROUP_SIZE) && "
        "exec python3 -m vllm.entrypoints.openai.api_server",
        worker=f"{_RAY} worker --ray_address=$(LWS_LEADER_ADDRESS)",
    ),
}
"""Engines known to run that way."""
