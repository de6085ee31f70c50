"""A real Prometheus on loopback, over a folder of blocks that promtool fills."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.make.places import ROOT
from tests.make.programs import need

BIN = ROOT / ".tools" / "bin"
STARTS_IN_S = 30


def program(name: str) -> str:
    """Where prometheus or promtool is."""
    return need(shutil.which(name) or BIN / name, name)


class Store:
    """A folder of blocks: filled from OpenMetrics or by rules, and asked through a server."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._data = folder, folder / "data"
        self._url = ""

    def fill(self, openmetrics: str) -> None:
        """Make blocks of what is written."""
        path = self._folder / "history.txt"
        path.write_text(openmetrics)
        self._promtool("openmetrics", str(path), str(self._data))

    def record(self, rules: list[Mapping[str, Any]], start: int, end: int) -> None:
        """Evaluate rules each minute of a time, and make blocks of what they record."""
        path = self._folder / "rules.yaml"
        path.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))
        with self.served():
            options = [f"--start={start}", f"--end={end}", f"--url={self._url}", "--eval-interval=60s"]
            self._promtool("rules", *options, f"--output-dir={self._data}", str(path))

    def _promtool(self, source: str, *arguments: str) -> None:
        command = [program("promtool"), "tsdb", "create-blocks-from", source, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._folder)
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def served(self) -> Iterator["Store"]:
        """Serve the blocks that are there now."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{taken.getsockname()[1]}"
        self._url = f"http://{address}"
        (self._folder / "prometheus.yaml").write_text("{}\n")
        command = [
            program("prometheus"),
            f"--config.file={self._folder / 'prometheus.yaml'}",
            f"--storage.tsdb.path={self._data}",
            "--storage.tsdb.retention.time=20y",
            f"--web.listen-address={address}",
            "--log.level=warn",
        ]
        with (self._folder / "prometheus.log").open("a") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            self._wait(server)
            yield self
        finally:
            server.terminate()
            server.wait(timeout=STARTS_IN_S)

    def _wait(self, server: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + STARTS_IN_S
        while time.monotonic() < end and server.poll() is None:
            try:
                with urllib.request.urlopen(f"{self._url}/-/ready", timeout=5):
                    return
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.1)
        raise AssertionError((self._folder / "prometheus.log").read_text()[-2000:])

    def value(self, query: str, at: int) -> float | None:
        """The one number that a query answers; None where nothing answers it."""
        asked = urllib.parse.urlencode({"query": query, "time": at})
        with urllib.request.urlopen(f"{self._url}/api/v1/query?{asked}", timeout=30) as answer:
            found = json.load(answer)["data"]["result"]
        assert len(found) < 2, f"{query} draws {len(found)} lines of one legend"
        return float(found[0]["value"][1]) if found else None
