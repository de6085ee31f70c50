"""A workflow's jobs, run here: each `run:` block by its shell, expressions of an event, artifacts as folders.

Actions are not fetched: a check-out is the folder that is given, artifacts are copied, others do nothing.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.make.places import ROOT

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_NAME = re.compile(r"[a-zA-Z_][\w-]*(?:\.[\w-]+)+")


@dataclass
class World:
    """The event, the programs that stand in for others, and what is left behind.

    `context` gives what expressions name, like `github.repository`; `environment` what a runner sets.
    """

    workflow: Any
    folder: Path
    context: dict[str, Any]
    environment: dict[str, str]
    artifacts: dict[str, Path] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    @property
    def bin(self) -> Path:
        """The folder of stand-ins, first on PATH."""
        return self.folder / "bin"

    def program(self, name: str, text: str = "") -> None:
        """Put a program in the place of another; it notes down what it was asked."""
        self.bin.mkdir(exist_ok=True)
        path = self.bin / name
        path.unlink(missing_ok=True)
        path.write_text(f'#!/bin/bash\necho "{name} $*" >> "{self.folder}/asked.txt"\n{text}\n')
        path.chmod(0o755)

    def asked(self) -> list[str]:
        """What stand-ins were asked."""
        path = self.folder / "asked.txt"
        return path.read_text().splitlines() if path.exists() else []

    def summary(self) -> str:
        """The summary that the run shows."""
        path = self.folder / "summary.md"
        return path.read_text() if path.exists() else ""

    def value(self, text: str) -> str:
        """Put the event into a text."""
        return _EXPRESSION.sub(lambda found: str(self.evaluated(found[1])), str(text))

    def evaluated(self, expression: str) -> Any:
        """Evaluate an expression of the few kinds that our workflows use."""
        bare = _EXPRESSION.sub(r"\1", expression)
        code = (
            bare.replace("always()", "True").replace("&&", " and ").replace("||", " or ").replace("\n", " ")
        )
        return eval(_NAME.sub(lambda found: f"name({found[0]!r})", code), {"name": self.context.get})

    def wanted(self, thing: Mapping[str, Any], *, failed: bool) -> bool:
        """Say whether a job or a step runs, after others failed or not."""
        condition = str(thing.get("if", "True"))
        return bool(self.evaluated(condition)) and (not failed or "always()" in condition)


def run_job(world: World, name: str, checkout: Path) -> int | None:
    """Run a job in a folder; the exit code of its first step that failed, None if it is skipped."""
    job = world.workflow["jobs"][name]
    if not world.wanted(job, failed=False):
        return None
    code = 0
    for step in job["steps"]:
        if world.wanted(step, failed=bool(code)):
            code = _step(world, job, step, checkout) or code
    return code


def _step(world: World, job: Any, step: Any, folder: Path) -> int:
    action = str(step.get("uses", "")).partition("@")[0]
    settings = {key: world.value(value) for key, value in step.get("with", {}).items()}
    if action == "actions/upload-artifact":
        kept = world.folder / "artifacts" / settings["name"]
        shutil.copytree(folder / settings["path"], kept, dirs_exist_ok=True)
        world.artifacts[settings["name"]] = kept
        return 0
    if action == "actions/download-artifact":
        if settings["name"] not in world.artifacts:
            return 1
        shutil.copytree(world.artifacts[settings["name"]], folder / settings["path"], dirs_exist_ok=True)
        return 0
    return _shell(world, job, step, folder) if "run" in step else 0


def _shell(world: World, job: Any, step: Any, folder: Path) -> int:
    said = [*(part.get("env", {}) for part in (world.workflow, job, step))]
    environment = {key: world.value(value) for part in said for key, value in part.items()}
    output = world.folder / "output.txt"
    output.write_text("")
    shell = step.get("shell") or world.workflow.get("defaults", {}).get("run", {}).get("shell")
    assert shell == "bash", "without it a failure within a pipe is lost"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={
            "PATH": f"{world.bin}:{os.environ['PATH']}",
            "HOME": str(world.folder),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(world.folder / "summary.md"),
            "RUNNER_TEMP": str(world.folder / "temp"),
            "PLIMSOLL_TODAY": "2026-08-11",
            **world.environment,
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    world.log.append(f"{step['name']}: {done.returncode}\n{done.stdout}{done.stderr}")
    for line in output.read_text().splitlines():
        key, _, value = line.partition("=")
        world.context[f"steps.{step['id']}.outputs.{key}"] = value
    return done.returncode


def read(path: str) -> Any:
    """Read a workflow, or another file of CI; `on` is a key here, as it is to GitHub."""
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8").replace("\non:", "\n'on':"))


def commit(folder: Path, message: str, *settings: str) -> str:
    """Commit all files of a folder, and name the commit."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *settings]
    if not (folder / ".git").exists():
        subprocess.run([*git, "init", "--quiet", "--initial-branch", "main"], cwd=folder, check=True)
    subprocess.run([*git, "add", "--all"], cwd=folder, check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", message], cwd=folder, check=True)
    done = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def template(folder: Path) -> Path:
    """Copy what a project made from this template holds, with its environment beside it."""
    for name in ("components", "policies", "stacks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Pulumi.yaml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / "workloads").mkdir()
    shutil.copy(ROOT / "workloads" / "chat-8b.yaml", folder / "workloads")
    shutil.copy(ROOT / "examples" / "github" / "policy-config.json", folder)
    (folder / ".gitignore").write_text(".venv\ndist/\nreview/\n")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder
