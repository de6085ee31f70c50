"""A whole control plane rehearses a plan: API server, controller manager, scheduler and real Karpenter.

Karpenter runs with its own kwok provider, which makes Node objects in place of machines; `kubelets` plays
what would run on them. Everything else is what a cluster has, the caps of a plan included: Karpenter signs
in as its service account, the controllers each as theirs.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.objects.caps.cel import KARPENTER
from tests.make.programs import need
from tests.world.cluster.control_plane import ControlPlane, until_served
from tests.world.engine.harness import BUILT
from tests.world.engine.stand_in.api_server import ApiError, ApiServer
from tests.world.rehearsal.kubelets import Kubelets
from tests.world.rehearsal.market import market
from tests.world.runs.controllers import CRDS, _free_port, _kubeconfig

REGION = "us-east-1"
"""Where the cluster stands: whatever is placed on it is planned there."""

PATIENCE_S = 120
NODE_CLASS = {"group": "karpenter.kwok.sh", "kind": "KWOKNodeClass", "name": "rehearsal"}
NO_MACHINES = "*,-nodelifecycle,-nodeipam,-node-route-controller,-service-lb-controller,-cloud-node-lifecycle"
CLAIMS = "/apis/karpenter.sh/v1/nodeclaims"
GATES = "NodeOverlay=true,ReservedCapacity=true"

Object = dict[str, Any]


class Rehearsed:
    """The control plane of one module's tests; `stop` ends what it started."""

    def __init__(self, plane: ControlPlane, server: ApiServer, folder: Path) -> None:
        self.server = server
        self.catalog = load()
        self.kubelets = Kubelets(server)
        self._plane, self._folder = plane, folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start scheduler, controllers and Karpenter, which rents what `REGION` offers."""
        for path in sorted((CRDS / "kwok").glob("*.yaml")):
            self._install(yaml.safe_load(path.read_text()))
        until_served(self.server, "/apis/karpenter.kwok.sh/v1alpha1/kwoknodeclasses")
        kind = {"apiVersion": "karpenter.kwok.sh/v1alpha1", "kind": NODE_CLASS["kind"]}
        self.server.apply(
            kind | {"metadata": {"name": NODE_CLASS["name"]}, "spec": {"nodeRegistrationDelay": "1s"}}
        )
        admin = self._access("admin", self.server.token)
        self._spawn("kube-scheduler", f"--kubeconfig={admin}", "--secure-port=0", "--leader-elect=false")
        self._spawn(
            "kube-controller-manager",
            f"--kubeconfig={admin}",
            "--secure-port=0",
            "--leader-elect=false",
            "--use-service-account-credentials=true",
            f"--service-account-private-key-file={self._plane.folder / 'accounts.key'}",
            f"--controllers={NO_MACHINES}",
        )
        types = self._folder / "types.json"
        types.write_text(json.dumps(market(self.catalog, REGION)))
        self._spawn(
            "kwok",
            KUBECONFIG=str(self._access("karpenter", self._plane.token_of(KARPENTER))),
            SYSTEM_NAMESPACE="kube-system",
            DISABLE_LEADER_ELECTION="true",
            INSTANCE_TYPES_FILE_PATH=str(types),
            FEATURE_GATES=GATES,
            METRICS_PORT=str(_free_port()),
            HEALTH_PROBE_PORT=str(_free_port()),
        )
        self.kubelets.start()

    def _install(self, crd: Object) -> None:
        try:
            self.server.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
        except ApiError as error:
            if error.status != 409:  # the plan's own kinds are there already
                raise

    def _access(self, who: str, token: str) -> Path:
        path = self._folder / f"{who}.kubeconfig"
        path.write_text(yaml.safe_dump(_kubeconfig(ApiServer(self.server.url, token, self.server.ca))))
        return path

    def _spawn(self, program: str, *flags: str, **environment: str) -> None:
        with (self._folder / f"{program}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    [str(BUILT / program), *flags],
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env=os.environ | environment,
                )
            )

    def place(self, objects: Sequence[Object]) -> None:
        """Apply what a plan emits; only the class of a node pool is the provider's own."""
        for manifest in sorted(objects, key=lambda each: _ORDER.get(each["kind"], len(_ORDER))):
            self.server.apply(_on_kwok(manifest))

    def claims(self, pool: str = "") -> list[Object]:
        """The NodeClaims of a pool, or of all."""
        found = self.server.call("GET", CLAIMS)["items"]
        return [each for each in found if pool in ("", each["metadata"]["labels"]["karpenter.sh/nodepool"])]

    def nodes(self, pool: str) -> list[Object]:
        """The nodes of a pool that Karpenter says are initialized."""
        wanted = f"karpenter.sh/nodepool={pool},karpenter.sh/initialized=true"
        return self.server.call("GET", "/api/v1/nodes", labelSelector=wanted)["items"]

    def pods(self, namespace: str) -> list[Object]:
        """The pods of a workload that are not on their way out, DaemonSets' left out."""
        found = self.server.call("GET", f"/api/v1/namespaces/{namespace}/pods")["items"]
        return [
            each for each in found if not _is_daemon(each) and not each["metadata"].get("deletionTimestamp")
        ]

    def until(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for what controllers do in their own time; fail with the end of their logs."""
        give_up = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > give_up or any(each.poll() is not None for each in self._running):
                logs = [
                    path.read_text(errors="replace")[-2500:] for path in sorted(self._folder.glob("*.log"))
                ]
                pytest.fail("it did not get there in time\n" + "\n".join([*self.kubelets.failures, *logs]))
            time.sleep(0.3)

    def stop(self) -> None:
        """End the controllers and the kubelets."""
        self.kubelets.stop()
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


_ORDER = {"Namespace": 0, "PriorityClass": 1, "NodeOverlay": 2, "NodePool": 3}


def _on_kwok(manifest: Object) -> Object:
    if manifest["kind"] != "NodePool":
        return manifest
    copy = json.loads(json.dumps(manifest))
    copy["spec"]["template"]["spec"]["nodeClassRef"] = NODE_CLASS
    return copy


def _is_daemon(pod: Object) -> bool:
    return any(each["kind"] == "DaemonSet" for each in pod["metadata"].get("ownerReferences", ()))


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """A control plane of the module's own; skips where a program of it is not built."""
    for program in ("kube-controller-manager", "kube-scheduler", "kwok"):
        need(BUILT / program if (BUILT / program).is_file() else None, "rehearsal")
    etcd, apiserver = (
        need(BUILT / program if (BUILT / program).is_file() else None, "cluster")
        for program in ("etcd", "kube-apiserver")
    )
    plane = ControlPlane(tmp_path_factory.mktemp("control-plane"), etcd, apiserver)
    try:
        found = Rehearsed(plane, plane.start(), tmp_path_factory.mktemp("rehearsal"))
        try:
            found.start()
            yield found
        finally:
            found.stop()
    finally:
        plane.stop()
