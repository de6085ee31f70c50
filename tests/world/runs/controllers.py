"""Start real Kueue and the real JobSet controller beside a real API server.

Neither has its webhooks here: what they would default is written out in the objects. There is no kubelet and
no job controller, so that jobs are admitted and suspended and no pod ever runs.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.make.programs import need
from tests.world.cluster.control_plane import ControlPlane, until_served
from tests.world.engine.harness import BUILT
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

CRDS = BUILT.parent / "crds"
KUEUE = "/apis/kueue.x-k8s.io/v1beta2"
PATIENCE_S = 60
NOWHERE = {
    "strategy": "Webhook",
    "webhook": {
        "clientConfig": {"service": {"namespace": "kueue-system", "name": "none", "path": "/convert"}},
        "conversionReviewVersions": ["v1"],
    },
}
"""Kueue writes its certificate into the conversion of its CRDs; nothing here asks for another version."""


class Controllers:
    """Kueue and JobSet on one API server; `stop` ends them."""

    def __init__(self, server: ApiServer, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Install what the controllers need, start them, and wait until Kueue admits."""
        for kind in ("kueue", "jobset"):
            served = [self._install(yaml.safe_load(each.read_text()), kind) for each in _crds(kind)]
            for path in served:
                until_served(self.server, path)
            self.server.call("POST", "/api/v1/namespaces", {"metadata": {"name": f"{kind}-system"}})
        self._certificates()
        settings = self._folder / "kueue.yaml"
        settings.write_text(yaml.safe_dump(self._kueue()))
        self._spawn("kueue", f"--config={settings}", "--feature-gates=VisibilityOnDemand=false")
        settings = self._folder / "jobset.yaml"
        settings.write_text(yaml.safe_dump(self._jobset()))
        self._spawn("jobset", f"--config={settings}")

    def _install(self, crd: dict[str, Any], kind: str) -> str:
        """Create a definition, or bring one that is there up to date; return where its objects live."""
        spec = crd["spec"]
        where = f"/apis/{spec['group']}/{spec['versions'][-1]['name']}/{spec['names']['plural']}"
        crd["spec"]["conversion"] = NOWHERE if kind == "kueue" else {"strategy": "None"}
        try:
            self.server.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
        except ApiError as error:
            if error.status != 409:
                raise
            path = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{crd['metadata']['name']}"
            live = self.server.call("GET", path)
            crd["metadata"]["resourceVersion"] = live["metadata"]["resourceVersion"]
            self.server.call("PUT", path, crd)
        return where

    def _certificates(self) -> None:
        openssl = shutil.which("openssl")
        assert openssl is not None
        made = ["-keyout", str(self._folder / "tls.key"), "-out", str(self._folder / "tls.crt")]
        plain = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        subprocess.run([openssl, *plain, *made], check=True, capture_output=True)
        shutil.copyfile(self._folder / "tls.crt", self._folder / "ca.crt")
        for kind in ("kueue", "jobset"):
            # The controllers fill these; what they serve with is the pair above.
            secret = {"metadata": {"name": f"{kind}-webhook-server-cert"}}
            self.server.call("POST", f"/api/v1/namespaces/{kind}-system/secrets", secret)

    def _kueue(self) -> dict[str, Any]:
        return {
            "apiVersion": "config.kueue.x-k8s.io/v1beta2",
            "kind": "Configuration",
            "health": {"healthProbeBindAddress": f"127.0.0.1:{_free_port()}"},
            "metrics": {"bindAddress": f"127.0.0.1:{_free_port()}"},
            "webhook": {"port": _free_port(), "certDir": str(self._folder)},
            "leaderElection": {"leaderElect": False},
            "internalCertManagement": {"enable": True},
            "integrations": {"frameworks": ["batch/job", "jobset.x-k8s.io/jobset"]},
        }

    def _jobset(self) -> dict[str, Any]:
        return {
            "apiVersion": "config.jobset.x-k8s.io/v1alpha1",
            "kind": "Configuration",
            "health": {"healthProbeBindAddress": f"127.0.0.1:{_free_port()}"},
            "metrics": {"bindAddress": f"127.0.0.1:{_free_port()}"},
            "webhook": {"port": _free_port(), "certDir": str(self._folder)},
            "leaderElection": {"leaderElect": False},
            "internalCertManagement": {"enable": False},
        }

    def _spawn(self, program: str, *flags: str) -> None:
        access = self._folder / "kubeconfig"
        access.write_text(yaml.safe_dump(_kubeconfig(self.server)))
        environment = {
            **os.environ,
            "KUBECONFIG": str(access),
            "POD_NAMESPACE": f"{program}-system",
            "POD_NAME": f"{program}-0",
        }
        with (self._folder / f"{program}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    [str(BUILT / program), *flags],
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env=environment,
                )
            )

    def until(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for something that a controller does in its own time; fail with the end of its log."""
        give_up = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > give_up or any(each.poll() is not None for each in self._running):
                logs = [path.read_text(errors="replace")[-1500:] for path in self._folder.glob("*.log")]
                pytest.fail("it did not get there in time\n" + "\n".join(logs))
            time.sleep(0.2)

    def stop(self) -> None:
        """End both."""
        for process in self._running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _crds(kind: str) -> list[Path]:
    return sorted((CRDS / kind).glob("*.yaml"))


def _kubeconfig(server: ApiServer) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": server.url, "certificate-authority": server.ca}}],
        "users": [{"name": "u", "user": {"token": server.token}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def controllers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Controllers]:
    """Kueue and JobSet on a server of the module's own; skips where none is built."""
    etcd, apiserver = (
        need(BUILT / program if (BUILT / program).is_file() else None, "cluster")
        for program in ("etcd", "kube-apiserver")
    )
    for program in ("kueue", "jobset"):
        need(BUILT / program if (BUILT / program).is_file() else None, "runs")
    plane = ControlPlane(tmp_path_factory.mktemp("control-plane"), etcd, apiserver)
    try:
        found = Controllers(plane.start(), tmp_path_factory.mktemp("controllers"))
        try:
            found.start()
            yield found
        finally:
            found.stop()
    finally:
        plane.stop()
