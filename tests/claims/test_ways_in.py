"""The ways in which people start: the action, the hooks, the container; each script and each line is run."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.make.forge import TOKEN, ForgeState, forge
from tests.make.places import ROOT
from tests.make.programs import need
from tests.make.workflow import World, commit, read, run_job

ACTION = read("action.yml")
HOOKS = {hook["id"]: hook for hook in read(".pre-commit-hooks.yaml")}
BIN = ROOT / ".venv" / "bin"
SPEC = "workloads/chat-8b.yaml"


# the action


@pytest.fixture
def server() -> Iterator[ForgeState]:
    with forge() as state:
        yield state


@pytest.fixture
def world(tmp_path: Path, server: ForgeState) -> World:
    """A pull request of a project that holds specs and nothing else, and the action as one of its steps."""
    project = tmp_path / "project"
    (project / "workloads").mkdir(parents=True)
    shutil.copy(ROOT / SPEC, project / SPEC)
    commit(project, "base")
    (project / SPEC).write_text(re.sub(r"qps: 5 .*", "qps: 60", (project / SPEC).read_text()))
    commit(project, "merge")
    inputs = {f"inputs.{key}": said["default"] for key, said in ACTION["inputs"].items()}
    context = {"github.event.pull_request.number": 7, "github.event.pull_request.head.sha": "abc"}
    job = {"steps": ACTION["runs"]["steps"]}
    made = World(
        {"jobs": {"action": job}},
        tmp_path,
        {**inputs, **context, "inputs.token": TOKEN},
        {
            "GITHUB_REPOSITORY": "acme/fleet",
            "GITHUB_API_URL": server.url,
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ACTIONS": "true",
        },
    )
    made.program(
        "python3",
        f'mkdir -p "$3/bin"; ln -s "{BIN}/plimsoll" "$3/bin/plimsoll"; cp "{tmp_path}/bin/pip" "$3/bin/pip"',
    )
    made.program("pip")
    return made


def act(world: World) -> int | None:
    return run_job(world, "action", world.folder / "project")


def own_budget(world: World, usd: int) -> None:
    spec = world.folder / "project" / SPEC
    spec.write_text(spec.read_text().replace("usd_per_month: 4000", f"usd_per_month: {usd}"))


def test_the_action_judges_shows_and_does_not_comment_unasked(world: World, server: ForgeState) -> None:
    own_budget(world, 90000)
    assert act(world) == 0, world.log
    assert world.context["steps.judge.outputs.verdict"] == "pass"
    assert "#### ⚓ Plimsoll: ceiling" in world.summary()
    assert "`load.qps.peak`: `5` → `60`" in world.summary()
    assert server.asked == []
    review = Path(world.context["steps.install.outputs.review"])
    for name in ("plan.json", "check.json", "check.xml", "check.sarif", "review.md"):
        assert (review / name).stat().st_size > 100, name
    (install,) = [each for each in world.asked() if each.startswith("pip")]
    assert install.startswith("pip install --quiet")
    assert install.endswith(f"constraints.txt {ROOT}")


def test_over_the_budget_is_seven_with_a_comment_and_a_line(world: World, server: ForgeState) -> None:
    own_budget(world, 90000)
    world.context |= {"inputs.budget": "100", "inputs.comment": "true"}
    assert act(world) == 7
    assert world.context["steps.judge.outputs.verdict"] == "violation"
    assert "❌ over by $" in server.comments[0]["body"]
    assert any(f"::error file={SPEC},line=10," in each for each in world.log)


def test_a_spec_over_its_own_budget_is_four_and_has_its_way_back(world: World, server: ForgeState) -> None:
    world.context["inputs.comment"] = "true"
    assert act(world) == 4, world.log
    assert world.context["steps.judge.outputs.verdict"] == "none"
    assert "❌ over by $" in server.comments[0]["body"]
    assert "Cheapest way back" in server.comments[0]["body"]


def test_a_broken_spec_is_two(world: World) -> None:
    (world.folder / "project" / SPEC).write_text("model: [\n")
    assert act(world) == 2
    assert any(f"{SPEC}:" in each for each in world.log)


def test_no_script_of_the_action_expands_what_somebody_says() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]


# the hooks


def run_hook(name: str, *files: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = shlex.split(HOOKS[name]["entry"])
    command[0] = str(BIN / command[0])
    return subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True)


def test_a_hook_plans_the_specs_that_changed(tmp_path: Path) -> None:
    (tmp_path / "workloads").mkdir()
    shutil.copy(ROOT / SPEC, tmp_path / SPEC)
    assert run_hook("plimsoll-plan", SPEC, folder=tmp_path).returncode == 0
    (tmp_path / SPEC).write_text("model: nothing\n")
    refused = run_hook("plimsoll-plan", SPEC, folder=tmp_path)
    assert refused.returncode == 2
    assert f"{SPEC}:1:" in refused.stderr


def test_a_hook_holds_specs_against_their_locks(tmp_path: Path) -> None:
    (tmp_path / "workloads").mkdir()
    shutil.copy(ROOT / SPEC, tmp_path / SPEC)
    assert run_hook("plimsoll-lock", SPEC, folder=tmp_path).returncode == 2
    plimsoll = BIN / "plimsoll"
    assert subprocess.run([plimsoll, "lock", SPEC], cwd=tmp_path, capture_output=True).returncode == 0
    assert run_hook("plimsoll-lock", SPEC, folder=tmp_path).returncode == 0


def test_hooks_name_files_of_workloads_alone() -> None:
    for hook in HOOKS.values():
        assert hook["language"] == "python", "pre-commit installs the package, whose script the entry names"
        assert (
            shlex.split(hook["entry"])[0]
            in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
        )
        assert re.search(hook["files"], "workloads/chat.yaml")
        assert not re.search(hook["files"], "stacks/Pulumi.dev.yaml")
        assert hook["require_serial"], "one plan of all that changed"


# the container


def instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_has_what_it_copies_and_runs_as_nobody() -> None:
    found = instructions()
    for word, rest in found:
        if word == "COPY" and not rest.startswith("--from"):
            assert all((ROOT / source).exists() for source in rest.split()[:-1])
    stages = "\n".join(" ".join(each) for each in found).split("FROM ")
    last = stages[-1]
    assert "USER 65534:65534" in last
    assert "RUN" not in last, "the last stage holds the result alone"
    assert re.search(r"python:3\.\d+-slim", last)
    assert json.loads(dict(found)["ENTRYPOINT"]) == ["plimsoll"]


def test_each_line_that_builds_the_container_runs(tmp_path: Path) -> None:
    """Folders stand in for /source and /opt; the wheel is built and installed without a registry."""
    uv = need(ROOT / ".tools" / "uv" / "bin" / "uv", "uv")
    root, work = tmp_path / "root", tmp_path / "source"
    work.mkdir()
    ignored = shutil.ignore_patterns("__pycache__")
    for word, rest in instructions():
        if word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in (ROOT / name for name in sources):
                if source.is_dir():
                    shutil.copytree(source, work / target, ignore=ignored)
                else:
                    shutil.copy(source, work / target)
        if word == "RUN":
            line = rest.replace("/opt/plimsoll", str(root))
            line = re.sub(r"^python ", f"{shlex.quote(sys.executable)} ", line)
            if "pip install" in line:
                build = [
                    uv,
                    "build",
                    "--wheel",
                    "--quiet",
                    "--offline",
                    "--out-dir",
                    str(tmp_path),
                    str(work),
                ]
                subprocess.run(build, check=True)
                (wheel,) = tmp_path.glob("*.whl")
                assert line.endswith(" --constraint constraints.txt .")
                line = f"{line.removesuffix('.')} --no-deps --no-index {wheel}"
            subprocess.run(["sh", "-e", "-c", line], cwd=work, check=True, timeout=300)
    pins = (work / "constraints.txt").read_text().splitlines()
    assert {"click", "jinja2", "pydantic", "pyyaml"} <= {pin.partition("==")[0] for pin in pins}
    assert (root / "bin" / "plimsoll").exists()
