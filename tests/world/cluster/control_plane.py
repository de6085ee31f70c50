"""Start etcd and a real kube-apiserver on loopback, with the CRDs that the emitted kinds need."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

import pytest

from plimsoll.manifests.published import crds
from plimsoll.objects.caps.cel import KARPENTER
from tests.make.programs import need
from tests.world.engine.harness import BUILT
from tests.world.engine.stand_in.api_server import SANDBOX, ApiError, ApiServer

READY_S = 60
OPEN = "x-kubernetes-preserve-unknown-fields"
AUTO_MODE = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "nodeclasses.eks.amazonaws.com"},
    "spec": {
        "group": "eks.amazonaws.com",
        "names": {"kind": "NodeClass", "plural": "nodeclasses"},
        "scope": "Cluster",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {
                    "openAPIV3Schema": {
                        "type": "object",
                        "properties": {
                            "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
                        },
                    }
                },
            }
        ],
    },
}
"""AWS publishes no CRD for EKS Auto Mode's node class: the server only learns that the kind exists."""


@dataclass
class ControlPlane:
    """An etcd and an API server of one's own; `stop` ends both."""

    folder: Path
    etcd: str
    apiserver: str
    _running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _tokens: dict[str, str] = field(default_factory=dict)

    def start(self) -> ApiServer:
        """Start both, wait until the server answers, install the CRDs."""
        client, peer, secure = _free_port(), _free_port(), _free_port()
        store = f"http://127.0.0.1:{client}"
        between = f"http://127.0.0.1:{peer}"
        self._spawn(
            self.etcd,
            f"--data-dir={self.folder / 'etcd'}",
            f"--listen-client-urls={store}",
            f"--advertise-client-urls={store}",
            f"--listen-peer-urls={between}",
            f"--initial-advertise-peer-urls={between}",
            f"--initial-cluster=default={between}",
            "--unsafe-no-fsync",
            "--log-level=error",
        )
        token = self.token_of("admin")
        tokens, key, certificates = (
            self.folder / "tokens.csv",
            self.folder / "accounts.key",
            self.folder / "tls",
        )
        tokens.write_text(
            "".join(f'{self.token_of(who)},{who},{who},"system:masters"\n' for who in ("admin", KARPENTER))
        )
        self._make_key(key)
        self._spawn(
            self.apiserver,
            f"--etcd-servers={store}",
            "--bind-address=127.0.0.1",
            f"--secure-port={secure}",
            f"--cert-dir={certificates}",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--authorization-mode=RBAC",
            f"--token-auth-file={tokens}",
            "--disable-admission-plugins=ServiceAccount",
            "--endpoint-reconciler-type=none",
        )
        server = ApiServer(f"https://127.0.0.1:{secure}", token, str(certificates / "apiserver.crt"))
        self._wait(server)
        self._install(server)
        return server

    def token_of(self, who: str) -> str:
        """The token that somebody signs in with: an admin, or Karpenter under its own name."""
        return self._tokens.setdefault(who, secrets.token_hex(16))

    def _make_key(self, path: Path) -> None:
        openssl = shutil.which("openssl")
        if openssl is None:
            raise RuntimeError(
                "the API server signs its tokens with a key that openssl makes: install openssl"
            )
        subprocess.run([openssl, "genrsa", "-out", str(path), "2048"], check=True, capture_output=True)

    def _spawn(self, program: str, *flags: str) -> None:
        with (self.folder / f"{Path(program).name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen([program, *flags], stdout=log, stderr=log, start_new_session=True)
            )

    def _wait(self, server: ApiServer) -> None:
        give_up = time.monotonic() + READY_S
        while time.monotonic() < give_up:
            if any(process.poll() is not None for process in self._running):
                break
            try:
                server.call("GET", "/api/v1/namespaces/default")
            except (ApiError, URLError, OSError):
                time.sleep(0.2)
            else:
                return
        tail = (self.folder / "kube-apiserver.log").read_text(errors="replace")[-3000:]
        self.stop()
        raise RuntimeError(f"the API server did not get ready in {READY_S} s:\n{tail}")

    def _install(self, server: ApiServer) -> None:
        made = [*crds(), AUTO_MODE]
        for manifest in made:
            server.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", manifest)
        server.call("POST", "/api/v1/namespaces", {"metadata": {"name": SANDBOX}})
        for manifest in made:
            spec = manifest["spec"]
            path = f"/apis/{spec['group']}/{spec['versions'][0]['name']}/{spec['names']['plural']}"
            until_served(server, path)

    def stop(self) -> None:
        """The API server before etcd: without its store it never ends."""
        for process in reversed(self._running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


def until_served(server: ApiServer, path: str) -> None:
    give_up = time.monotonic() + READY_S
    while True:
        try:
            server.call("GET", path)
        except ApiError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _built(program: str) -> str:
    path = BUILT / program
    return need(str(path) if path.is_file() else None, "cluster")


@pytest.fixture(scope="session")
def api_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """A real API server for the whole test run; skips where none is built."""
    yield from _served(tmp_path_factory)


@pytest.fixture(scope="module")
def untouched_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """One of a module's own: no policy of another test is in force on it."""
    yield from _served(tmp_path_factory)


def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    etcd, apiserver = _built("etcd"), _built("kube-apiserver")
    plane = ControlPlane(tmp_path_factory.mktemp("control-plane"), etcd, apiserver)
    try:
        yield plane.start()
    finally:
        plane.stop()
