"""Start KEDA's real operator beside a real API server, and brokers that say what a test tells them.

There is no metrics adapter: the operator wakes what is at zero and makes the HPA, which nobody then asks.
"""

import os
import shutil
import signal
import socketserver
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.make.programs import need
from tests.world.cluster.control_plane import ControlPlane
from tests.world.engine.harness import BUILT
from tests.world.engine.stand_in.api_server import ApiError, ApiServer
from tests.world.runs.brokers import Brokers, http_broker, redis_broker
from tests.world.runs.controllers import CRDS, _free_port, _kubeconfig

PATIENCE_S = 90


class Keda:
    """The operator on one API server; `stop` ends it."""

    def __init__(self, server: ApiServer, folder: Path) -> None:
        self.server = server
        self.brokers = Brokers()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._stand_ins: list[socketserver.BaseServer] = []

    def start(self) -> None:
        """Install KEDA's kinds, start the brokers, start the operator."""
        for path in sorted((CRDS / "operator").glob("*.yaml")):
            self._install(yaml.safe_load(path.read_text()))
        self.server.call("POST", "/api/v1/namespaces", {"metadata": {"name": "keda"}})
        http, redis = http_broker(self.brokers), redis_broker(self.brokers)
        self.brokers.http, self.brokers.redis = http.server_address[1], redis.server_address[1]
        for each in (http, redis):
            self._stand_ins.append(each)
            threading.Thread(target=each.serve_forever, daemon=True).start()
        self._certificates()
        self._spawn()

    def _install(self, crd: dict[str, Any]) -> None:
        try:
            self.server.call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd)
        except ApiError as error:
            if error.status != 409:  # ours are there already, without their descriptions
                raise

    def _certificates(self) -> None:
        openssl = shutil.which("openssl")
        assert openssl is not None
        made = ["-keyout", str(self._folder / "tls.key"), "-out", str(self._folder / "tls.crt")]
        plain = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        subprocess.run([openssl, *plain, *made], check=True, capture_output=True)
        for kind in ("key", "crt"):
            shutil.copyfile(self._folder / f"tls.{kind}", self._folder / f"ca.{kind}")

    def _spawn(self) -> None:
        access = self._folder / "kubeconfig"
        access.write_text(yaml.safe_dump(_kubeconfig(self.server)))
        environment = {
            **os.environ,
            "KUBECONFIG": str(access),
            "WATCH_NAMESPACE": "",
            "POD_NAMESPACE": "keda",
            "POD_NAME": "keda-operator-0",
            "KEDA_CLUSTER_OBJECT_NAMESPACE": "keda",
            "AWS_ENDPOINT_URL_SQS": f"http://127.0.0.1:{self.brokers.http}",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        flags = [
            "--leader-elect=false",
            "--enable-cert-rotation=false",
            f"--cert-dir={self._folder}",
            *(
                f"--{kind}-bind-address=127.0.0.1:{_free_port()}"
                for kind in ("metrics", "health-probe", "metrics-service")
            ),
        ]
        with (self._folder / "keda.log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(BUILT / "operator"), *flags],
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment,
            )

    def until(self, holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Wait for something that the operator does in its own time; fail with the end of its log."""
        give_up = time.monotonic() + seconds
        while not holds():
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > give_up:
                log = (self._folder / "keda.log").read_text(errors="replace")[-4000:]
                pytest.fail(f"it did not get there in time\n{self.brokers.asked[-5:]}\n{log}")
            time.sleep(0.3)

    def stop(self) -> None:
        """End the operator and the brokers."""
        if self._process is not None:
            if self._process.poll() is None:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for each in self._stand_ins:
            each.shutdown()
            each.server_close()


@pytest.fixture(scope="module")
def keda(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keda]:
    """KEDA's operator on a server of the module's own; skips where it is not built."""
    etcd, apiserver = (
        need(str(BUILT / program) if (BUILT / program).is_file() else None, "cluster")
        for program in ("etcd", "kube-apiserver")
    )
    need(str(BUILT / "operator") if (BUILT / "operator").is_file() else None, "runs")
    plane = ControlPlane(tmp_path_factory.mktemp("control-plane"), etcd, apiserver)
    try:
        found = Keda(plane.start(), tmp_path_factory.mktemp("keda"))
        try:
            found.start()
            yield found
        finally:
            found.stop()
    finally:
        plane.stop()
