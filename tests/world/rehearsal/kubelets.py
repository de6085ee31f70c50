"""Play the kubelets of nodes that do not exist, and what NVIDIA's programs do on them.

A node gets what its machine has, as its type says: device counts come from labels that the provider put
there and from what runs on the node, never from a plan. Pods that are bound run at once; the start-up of a
MIG pool's nodes (cut, label, lift the taint) is played through by what the plan itself emits for it.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any

import yaml

from tests.world.engine.stand_in.api_server import ApiServer
from tests.world.rehearsal.market import COUNT, GPU

Object = dict[str, Any]

MIG_CONFIG, MIG_STATE = "nvidia.com/mig.config", "nvidia.com/mig.config.state"
SLICES = {
    "h100": {"1g.10gb": 7, "1g.20gb": 4, "2g.20gb": 3, "3g.40gb": 2, "4g.40gb": 1, "7g.80gb": 1},
}
"""Most slices of a kind on one GPU, as mig-parted cuts `all-<profile>` (NVIDIA MIG guide 610)."""

SLOTS = {"1g.10gb": (1, 1), "1g.20gb": (2, 1), "2g.20gb": (2, 2), "3g.40gb": (4, 3), "4g.40gb": (4, 4)}
"""Slots of memory, of 8, and of compute, of 7, that a slice takes of an H100 (NVIDIA MIG guide 610)."""

LAYOUTS = "plimsoll-mig-layouts"
PCI = {"h100": "0x233010DE"}
"""By this a layout tells accelerators apart."""

VIRTUAL = ("g6f.", "gr6f.")
"""Types whose one device is a part of a GPU: EC2 counts none, the device plugin finds it."""

NOT_READY = "node.kubernetes.io/not-ready"
STRATEGIC = "application/strategic-merge-patch+json"
PAUSE_S = 0.5


class Kubelets:
    """All kubelets in one thread."""

    def __init__(self, server: ApiServer) -> None:
        self.failures: list[str] = []
        self._server = server
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._said: dict[str, Object] = {}

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self._end.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(PAUSE_S):
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - told where a wait ends; an object may go in between
                self.failures = [*self.failures[-4:], f"kubelets: {error!r}"]

    def _turn(self) -> None:
        pods = self._server.call("GET", "/api/v1/pods")["items"]
        for pod in pods:
            self._pod(pod)
        for node in self._server.call("GET", "/api/v1/nodes")["items"]:
            own = [pod for pod in pods if pod["spec"].get("nodeName") == node["metadata"]["name"]]
            self._node(node, own)

    def _pod(self, pod: Object) -> None:
        metadata = pod["metadata"]
        path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}"
        if metadata.get("deletionTimestamp"):
            self._server.call("DELETE", path, {"gracePeriodSeconds": 0})
        elif pod["spec"].get("nodeName") and pod["status"].get("phase") == "Pending":
            for each in pod["spec"].get("initContainers", ()):
                self._kubectl(each.get("args", ()), pod["spec"]["nodeName"])
            ready = {"type": "Ready", "status": "True", "lastTransitionTime": _now()}
            status = {"phase": "Running", "conditions": [ready], "startTime": _now()}
            self._server.call("PATCH", f"{path}/status", {"status": status}, STRATEGIC)

    def _kubectl(self, args: list[str], node: str) -> None:
        """Do what `kubectl taint node NAME key=value:effect` or `key-` does."""
        said = [each.replace("$(NODE_NAME)", node) for each in args if not each.startswith("--")]
        if said[:3] != ["taint", "node", node]:
            return
        (change,) = said[3:]
        key, _, rest = change.removesuffix("-").partition("=")
        value, _, effect = rest.partition(":")
        found = self._server.call("GET", f"/api/v1/nodes/{node}")
        put = [] if change.endswith("-") else [{"key": key, "value": value, "effect": effect}]
        self._untaint(found, key, put)

    def _untaint(self, node: Object, key: str, put: Sequence[Object] = ()) -> None:
        """Replace the taints of a key, unless somebody else changed the node in between."""
        left = [each for each in node["spec"].get("taints", ()) if each["key"] != key]
        same = {"resourceVersion": node["metadata"]["resourceVersion"]}
        change = {"metadata": same, "spec": {"taints": [*left, *put]}}
        path = f"/api/v1/nodes/{node['metadata']['name']}"
        self._server.call("PATCH", path, change, "application/merge-patch+json")

    def _node(self, node: Object, pods: list[Object]) -> None:
        name = node["metadata"]["name"]
        has = self._devices(node, pods)
        ready = {"type": "Ready", "status": "True", "reason": "Played", "lastHeartbeatTime": _now()}
        allocatable = node["status"].get("allocatable", {})
        if any(each["key"] == NOT_READY for each in node["spec"].get("taints", ())):
            self._untaint(node, NOT_READY)
        if self._said.get(name) != has:
            whole = {**{key: value for key, value in allocatable.items() if "nvidia" not in key}, **has}
            status = {"capacity": whole, "allocatable": whole, "conditions": [ready]}
            self._server.call("PATCH", f"/api/v1/nodes/{name}/status", {"status": status}, STRATEGIC)
            self._said[name] = has

    def _devices(self, node: Object, pods: list[Object]) -> Object:
        """What the device plugins of a node publish."""
        labels = node["metadata"]["labels"]
        whole = int(labels.get(COUNT, 0))
        if labels["node.kubernetes.io/instance-type"].startswith(VIRTUAL):
            whole = 1
        if MIG_CONFIG in labels:
            return self._cut(node, whole)
        for turns in self._turns(pods):
            return {GPU: "0", f"{GPU}.shared": str(whole * turns)}
        return {GPU: str(whole)} if whole else {}

    def _cut(self, node: Object, whole: int) -> Object:
        """The MIG manager cuts what can be cut and says so; the plugin publishes the slices."""
        labels = node["metadata"]["labels"]
        layout, gpu = labels[MIG_CONFIG], labels["karpenter.k8s.aws/instance-gpu-name"]
        devices = self._laid_out(layout, gpu, whole)
        state = "success" if devices and all(map(_can_be_cut, devices)) else "failed"
        if labels.get(MIG_STATE) != state:
            metadata = {"labels": {MIG_STATE: state}}
            path = f"/api/v1/nodes/{node['metadata']['name']}"
            self._server.call("PATCH", path, {"metadata": metadata}, STRATEGIC)
        if state == "failed":
            return {GPU: str(whole)}
        cut: dict[str, int] = {}
        for profile, count in (each for device in devices for each in device.items()):
            cut[f"nvidia.com/mig-{profile}"] = cut.get(f"nvidia.com/mig-{profile}", 0) + count
        return {GPU: str(devices.count({})), **{resource: str(count) for resource, count in cut.items()}}

    def _laid_out(self, layout: str, gpu: str, whole: int) -> list[dict[str, int]]:
        """How each GPU of a node is to be cut, {} for one that stays whole; none where nobody says it.

        The operator's ConfigMap holds its layouts of one profile; ours is read in its place where it stands.
        """
        found = self._server.call("GET", "/api/v1/configmaps", fieldSelector=f"metadata.name={LAYOUTS}")
        if not found["items"]:
            profile = layout.removeprefix("all-")
            return [{profile: SLICES[gpu][profile]}] * whole
        (ours,) = found["items"]
        entries = yaml.safe_load(ours["data"]["config.yaml"])["mig-configs"].get(layout, [])
        devices: list[dict[str, int]] = [{} for _ in range(whole if entries else 0)]
        for entry in entries:
            if entry.get("mig-enabled") and PCI[gpu] in entry.get("device-filter", [PCI[gpu]]):
                for place in range(whole) if entry["devices"] == "all" else entry["devices"]:
                    devices[place] = entry["mig-devices"]
        return devices

    def _turns(self, pods: list[Object]) -> list[int]:
        """What the settings of a device plugin that runs on the node say of turns."""
        found = []
        for pod in pods:
            for volume in pod["spec"].get("volumes", ()):
                if "configMap" in volume and pod["status"].get("phase") == "Running":
                    where = f"/api/v1/namespaces/{pod['metadata']['namespace']}/configmaps"
                    settings = self._server.call("GET", f"{where}/{volume['configMap']['name']}")["data"]
                    found += _replicas(settings)
        return found


def _can_be_cut(device: dict[str, int]) -> bool:
    memory, compute = (
        sum(SLOTS[profile][part] * count for profile, count in device.items() if profile in SLOTS)
        for part in (0, 1)
    )
    return memory <= 8 and compute <= 7


def _replicas(settings: dict[str, str]) -> list[int]:
    parts = [yaml.safe_load(text) for text in settings.values()]
    sharing = [part["sharing"]["timeSlicing"] for part in parts if "sharing" in part]
    assert all(each["renameByDefault"] for each in sharing)
    return [each["replicas"] for part in sharing for each in part["resources"] if each["name"] == GPU]


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
