"""Drive the real Pulumi engine offline, with stand-in providers, on a copy of a project.

`Engine` is one sandbox: plugins, backend, cloud and project in a folder of their own. Nothing in it
opens a connection beyond loopback.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from tests.make.places import ROOT
from tests.make.programs import need
from tests.world.engine.stand_in.cloud import Cloud

BUILT = ROOT / ".tools" / "bin"
PACKAGES = {"aws": "pulumi-aws", "kubernetes": "pulumi-kubernetes"}
CARRIED = ("Pulumi.yaml", "components", "plimsoll", "policies", "pyproject.toml", "stacks", "workloads")
LIMIT_S = 300


@cache
def pulumi_program() -> str | None:
    """The engine: built here, or on PATH."""
    built = BUILT / "pulumi"
    return str(built) if built.is_file() else shutil.which("pulumi")


class FailedError(AssertionError):
    """A pulumi command that should have succeeded."""


@dataclass(frozen=True)
class Result:
    """What a command said."""

    command: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return f"{self.out}\n{self.err}"

    @cached_property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


class Engine:
    """A sandbox in which `pulumi` runs for real."""

    def __init__(self, folder: Path, pulumi: str) -> None:
        self.folder, self.pulumi = folder, pulumi
        self.home, self.project = folder / "home", folder / "project"
        self.cloud = Cloud(folder / "cloud")
        for each in (self.home, self.project, folder / "backend", self.cloud.folder):
            each.mkdir(parents=True)
        self._install_stand_ins()

    def _install_stand_ins(self) -> None:
        for package, distribution in PACKAGES.items():
            wanted = version(distribution)
            plugin = self.home / "plugins" / f"resource-{package}-v{wanted}" / f"pulumi-resource-{package}"
            plugin.parent.mkdir(parents=True)
            arguments = f"{package} '{self.cloud.folder}' {wanted}"
            plugin.write_text(
                f"#!/bin/sh\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -m tests.world.engine.stand_in "
                f'{arguments} "$@"\n'
            )
            plugin.chmod(0o755)

    @property
    def environment(self) -> dict[str, str]:
        """Offline, unattended, and without anything of the person who runs the tests."""
        path = [str(Path(sys.executable).parent), str(Path(self.pulumi).parent), "/usr/bin", "/bin"]
        return {
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join(path),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "offline",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            "PULUMI_ERROR_OUTPUT_STRING": "true",
            "PULUMI_HOME": str(self.home),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "UV_OFFLINE": "1",
        }

    # projects

    def write(self, files: Mapping[str, str]) -> "Engine":
        """Make the project out of the given files."""
        for name, text in files.items():
            path = self.project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return self

    def copy_checkout(self) -> "Engine":
        """Make the project a copy of this checkout's own, with its environment."""
        for name in CARRIED:
            source = ROOT / name
            if source.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(source, self.project / name, dirs_exist_ok=True, ignore=ignored)
            elif source.is_file():
                shutil.copy(source, self.project / name)
        (self.project / ".venv").symlink_to(Path(sys.prefix))
        return self

    # commands

    def start(self, *arguments: str, **extra: str) -> "subprocess.Popen[str]":
        """Start a command without waiting for it."""
        return subprocess.Popen(
            [self.pulumi, *arguments],
            cwd=self.project,
            env=self.environment | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, check: bool = True, **extra: str) -> Result:
        """Run a command to its end; one that hangs is killed and fails."""
        process = self.start(*arguments, "--non-interactive", **extra)
        try:
            out, err = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise FailedError(f"pulumi {' '.join(arguments)} took over {LIMIT_S} s:\n{out}\n{err}") from None
        result = Result(arguments, process.returncode, out, err)
        if check and result.code:
            raise FailedError(f"pulumi {' '.join(arguments)} ended with {result.code}:\n{result.said}")
        return result

    def init(self, stack: str = "dev", **config: str) -> "Engine":
        """Create the stack and set its configuration."""
        self.run("stack", "init", stack)
        for key, value in config.items():
            self.run("config", "set", key, value)
        return self

    def preview(self, *options: str, check: bool = True) -> Result:
        return self.run("preview", "--color", "never", *options, check=check)

    def up(self, *options: str, check: bool = True) -> Result:
        return self.run("up", "--yes", "--skip-preview", "--color", "never", *options, check=check)

    def refresh(self, *options: str, check: bool = True) -> Result:
        return self.run("refresh", "--yes", "--skip-preview", "--color", "never", *options, check=check)

    def destroy(self, *options: str, check: bool = True) -> Result:
        return self.run("destroy", "--yes", "--skip-preview", "--color", "never", *options, check=check)

    # what is known afterwards

    def state(self) -> list[dict[str, Any]]:
        """The resources of the stack's state."""
        return self.run("stack", "export").json["deployment"].get("resources", [])

    def calls(self, method: str, *, preview: bool = False) -> list[dict[str, Any]]:
        """The providers' calls of one method, Create and Update for real unless `preview`."""
        return [
            call
            for call in self.cloud.journal()
            if call["method"] == method and call.get("preview", False) == preview
        ]

    def created(self) -> list[str]:
        """The types of everything that was really created, `package:type`."""
        return sorted(f"{call['package']}:{call['type']}" for call in self.calls("Create"))


def policy_options(
    pack: Path, config: Mapping[str, Any] | None = None, scratch: Path | None = None
) -> Sequence[str]:
    """The options that put a policy pack in front of a command; its configuration is written to `scratch`."""
    options = ["--policy-pack", str(pack)]
    if config is not None:
        path = (scratch or pack.parent) / "policy-config.json"
        path.write_text(json.dumps(config))
        options += ["--policy-pack-config", str(path)]
    return options


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A sandbox with the real engine; skips where there is none."""
    return Engine(tmp_path / "engine", need(pulumi_program(), "engine"))
