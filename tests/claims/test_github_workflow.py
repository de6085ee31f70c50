"""The workflow for users: its shape, and each of its scripts run against a stand-in of the comments API."""

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.gate.settings import read_settings
from tests.make.places import ROOT
from tests.make.programs import need

FOLDER = ROOT / "examples" / "github"
WORKFLOW = yaml.safe_load((FOLDER / "plimsoll.yml").read_text())
JOB = WORKFLOW["jobs"]["load-line"]
STEPS = {step["name"]: step for step in JOB["steps"] if "run" in step}
MARKER = "<!-- plimsoll:check -->"


@pytest.fixture(autouse=True, scope="module")
def _jq() -> None:
    """The workflow's runner has jq, and so must whoever tries its scripts."""
    need(shutil.which("jq"), "jq")


class Comments(BaseHTTPRequestHandler):
    """Keeps comments like GitHub does, a hundred a page."""

    server: Any

    def do_GET(self) -> None:
        page = int(re.search(r"[?&]page=(\d+)", self.path)[1])
        self.answer(self.server.comments[(page - 1) * 100 : page * 100])

    def do_POST(self) -> None:
        comment = {"id": 1000 + len(self.server.comments), "user": {"type": "Bot"}, **self.body()}
        self.server.comments.append(comment)
        self.answer(comment)

    def do_PATCH(self) -> None:
        ident = int(self.path.rpartition("/")[2])
        comment = next(c for c in self.server.comments if c["id"] == ident)
        comment.update(self.body())
        self.server.patched.append(ident)
        self.answer(comment)

    def body(self) -> Any:
        assert self.headers["Authorization"] == "Bearer the-token"
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, document: Any) -> None:
        text = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def github() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Comments)
    server.comments, server.patched = [], []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout with stand-ins of `plimsoll`, `pulumi` and `make` that say what they were asked."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "workloads").mkdir()
    (tmp_path / "workloads" / "chat.yaml").write_text("model: x\n")
    shutil.copy(FOLDER / "policy-config.json", tmp_path)
    return tmp_path


def program(project: Path, name: str, text: str) -> None:
    path = project / ".venv" / "bin" / name
    path.write_text(f'#!/bin/bash\necho "{name} $*" >> asked.txt\n{text}\n')
    path.chmod(0o755)


def run(name: str, project: Path, url: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    step = STEPS[name]
    environment = {
        "PATH": f"{project / '.venv' / 'bin'}:{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(project / "output"),
        "GITHUB_STEP_SUMMARY": str(project / "summary"),
        "GITHUB_REPOSITORY": "acme/fleet",
        "GITHUB_API_URL": url,
        "GH_TOKEN": "the-token",
        "PR_NUMBER": "7",
        "STACK": "dev",
        **extra,
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=60)


def output(project: Path) -> str:
    return (project / "output").read_text().strip()


def address(server: Any) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}"


def test_actions_are_pinned_and_rights_are_small() -> None:
    for step in JOB["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
    assert WORKFLOW["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "cancel-in-progress" in WORKFLOW["concurrency"]


def test_no_script_expands_what_a_pull_request_says() -> None:
    for step in STEPS.values():
        assert "${{" not in step["run"], "values reach scripts through the environment alone"


def test_the_linter_has_nothing_to_say() -> None:
    linter = need(shutil.which("actionlint") or ROOT / ".tools" / "bin" / "actionlint", "actionlint")
    command = [linter, "-no-color", str(FOLDER / "plimsoll.yml")]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_shipped_configuration_is_one_that_the_policies_take() -> None:
    settings = read_settings(json.loads((FOLDER / "policy-config.json").read_text()))
    assert settings.values["budget"]["usdPerMonth"] == 25000


def test_set_up(project: Path) -> None:
    program(project, "make", "exit 0")
    assert run("Set up", project).returncode == 0
    assert (project / "asked.txt").read_text() == "make setup\n"


@pytest.mark.parametrize("code", [0, 4])
def test_plan_goes_on_and_remembers_the_code(project: Path, code: int) -> None:
    program(project, "plimsoll", f"echo '# Plan'; exit {code}")
    assert run("Plan", project).returncode == 0
    assert output(project) == f"code={code}"
    assert (project / "summary").read_text() == "# Plan\n"
    assert (project / "asked.txt").read_text() == "plimsoll plan workloads/chat.yaml --format md\n"


@pytest.mark.parametrize("code", [0, 1])
def test_preview_runs_the_pack_and_the_digest(project: Path, code: int) -> None:
    program(project, "pulumi", f'[[ "$*" == *--json* ]] && echo {{}} && exit 0\necho policies; exit {code}')
    result = run("Preview", project)
    assert result.returncode == 0
    assert "policies" in result.stdout
    assert output(project) == f"code={code}"
    assert (project / "digest.json").read_text() == "{}\n"
    asked = (project / "asked.txt").read_text()
    assert "--policy-pack policies --policy-pack-config policy-config.json" in asked
    assert "--json --show-sames" in asked


def real_check(project: Path, digest: Any) -> None:
    (project / "digest.json").write_text(json.dumps(digest))
    plimsoll = project / ".venv" / "bin" / "plimsoll"
    plimsoll.symlink_to(shutil.which("plimsoll") or ROOT / ".venv" / "bin" / "plimsoll")


def test_judge_with_the_real_check(project: Path) -> None:
    real_check(project, {"config": {"aws:region": "us-east-1"}, "steps": [], "changeSummary": {}})
    assert run("Judge", project).returncode == 0
    assert output(project) == "code=0"
    assert (project / "comment.md").read_text().rstrip().endswith(MARKER)


def test_judge_of_a_digest_that_cannot_be_read_still_leaves_a_comment(project: Path) -> None:
    real_check(project, {"nothing": 1})
    result = run("Judge", project)
    assert result.returncode == 0
    assert output(project) == "code=2"
    assert "not a document to judge" in result.stdout
    assert "no verdict" in (project / "comment.md").read_text()


def test_judge_takes_the_exemptions_that_are_there(project: Path) -> None:
    program(project, "plimsoll", "echo x")
    (project / "policies").mkdir()
    (project / "policies" / "exemptions.yaml").write_text("exemptions: []\n")
    run("Judge", project)
    assert "--exemptions policies/exemptions.yaml" in (project / "asked.txt").read_text()


def test_the_comment_is_made_once_and_then_updated_in_place(project: Path, github: Any) -> None:
    text = 'one "quoted" $(line) `tick`\n' + MARKER + "\n"
    (project / "comment.md").write_text(text)
    assert run("Comment", project, address(github)).returncode == 0
    (project / "comment.md").write_text("two\n" + MARKER + "\n")
    assert run("Comment", project, address(github)).returncode == 0
    assert [comment["body"] for comment in github.comments] == ["two\n" + MARKER + "\n"]
    assert github.patched == [1000]


def test_the_comment_is_found_behind_a_hundred_others_and_no_person_can_take_its_place(
    project: Path, github: Any
) -> None:
    person = {"user": {"type": "User"}, "body": "forged\n" + MARKER}
    github.comments = [{"id": index, **person} for index in range(150)]
    github.comments.append({"id": 999, "user": {"type": "Bot"}, "body": "old\n" + MARKER})
    (project / "comment.md").write_text("new\n" + MARKER + "\n")
    result = run("Comment", project, address(github))
    assert result.returncode == 0, result.stderr
    assert github.patched == [999]
    assert len(github.comments) == 151


def test_a_comment_that_cannot_be_made_fails_the_step(project: Path) -> None:
    (project / "comment.md").write_text(MARKER)
    assert run("Comment", project, "http://127.0.0.1:9").returncode != 0


@pytest.mark.parametrize(
    ("plan", "preview", "judge", "code"),
    [("0", "0", "0", 0), ("0", "1", "7", 1), ("0", "0", "7", 7), ("", "0", "0", 1)],
)
def test_the_job_fails_by_the_first_exit_code(
    project: Path, plan: str, preview: str, judge: str, code: int
) -> None:
    assert run("Verdict", project, PLAN=plan, PREVIEW=preview, JUDGE=judge).returncode == code
