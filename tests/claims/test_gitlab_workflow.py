"""The pipeline for GitLab: its scripts run in one shell, as GitLab does, on merge requests that happen."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.make.forge import TOKEN, ForgeState, forge
from tests.make.workflow import commit, read, template

JOB = read("examples/gitlab/plimsoll.gitlab-ci.yml")["plimsoll"]


@pytest.fixture
def server() -> Iterator[ForgeState]:
    with forge("gitlab") as state:
        state.me = "project_7_bot"
        yield state


class Pipeline:
    """A merge request, and what its job is told."""

    def __init__(self, folder: Path, server: ForgeState) -> None:
        self.folder = template(folder)
        self.bin = folder.parent / "bin"
        self.bin.mkdir()
        (self.bin / "make").write_text("#!/bin/sh\n")
        (self.bin / "make").chmod(0o755)
        base = commit(self.folder, "base")
        spec = self.folder / "workloads" / "chat-8b.yaml"
        spec.write_text(re.sub(r"qps: 5 .*", "qps: 6", spec.read_text()))
        commit(self.folder, "change")
        self.environment = {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(folder.parent),
            "PLIMSOLL_TODAY": "2026-08-11",
            "CI_API_V4_URL": server.url,
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            "CI_MERGE_REQUEST_PROJECT_ID": "4711",
            "CI_MERGE_REQUEST_IID": "7",
            "CI_PIPELINE_ID": "100",
            **JOB["variables"],
        }
        self.log = ""

    def budget(self, usd: int) -> None:
        config = self.folder / "policy-config.json"
        config.write_text(json.dumps(json.loads(config.read_text()) | {"budget": {"usdPerMonth": usd}}))

    def run(self, **more: str) -> int:
        """Run the script as GitLab's runner does: all items in one bash with errexit and pipefail."""
        script = "set -eo pipefail\n" + "\n".join(JOB["script"])
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=self.environment | more,
            capture_output=True,
            text=True,
            timeout=300,
        )
        self.log = done.stdout + done.stderr
        return done.returncode

    def review(self) -> str:
        return (self.folder / "review" / "review.md").read_text()


@pytest.fixture
def pipeline(tmp_path: Path, server: ForgeState) -> Pipeline:
    (tmp_path / "checkout").mkdir()
    return Pipeline(tmp_path / "checkout", server)


def test_it_runs_on_every_merge_request_and_keeps_its_reports() -> None:
    assert JOB["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "merge_request_event"'}]
    assert "allow_failure" not in JOB
    assert JOB["artifacts"]["when"] == "always"
    assert JOB["artifacts"]["reports"] == {"junit": "review/check.xml"}


def test_a_change_over_the_budget_fails_by_seven_with_a_note_and_a_report(
    pipeline: Pipeline, server: ForgeState
) -> None:
    pipeline.budget(100)
    assert pipeline.run(PLIMSOLL_GITLAB_TOKEN=TOKEN) == 7, pipeline.log
    (note,) = server.comments
    assert note["body"] == pipeline.review()
    assert "❌ over by $" in note["body"].splitlines()[1]
    assert "run=100" in note["body"].splitlines()[0]
    assert all(
        "/projects/4711/merge_requests/7/notes" in each or each == "GET /user" for each in server.asked
    )
    report = ElementTree.fromstring((pipeline.folder / "review" / "check.xml").read_bytes())
    failures = [case.get("file") for case in report.iter("testcase") if case.find("failure") is not None]
    assert "workloads/chat-8b.yaml" in failures
    assert TOKEN not in pipeline.log


def test_a_fork_without_a_token_is_judged_and_writes_no_note(pipeline: Pipeline, server: ForgeState) -> None:
    pipeline.budget(100)
    assert pipeline.run() == 7
    assert "❌ over by $" in pipeline.review()
    assert server.asked == []


def test_a_change_within_the_line_passes(pipeline: Pipeline, server: ForgeState) -> None:
    assert pipeline.run(PLIMSOLL_GITLAB_TOKEN=TOKEN) == 0, pipeline.log
    assert "✅" in server.comments[0]["body"].splitlines()[1]
    assert pipeline.run(PLIMSOLL_GITLAB_TOKEN=TOKEN, CI_PIPELINE_ID="101") == 0
    assert len(server.comments) == 1


def test_a_note_that_cannot_be_made_leaves_the_verdict(pipeline: Pipeline, server: ForgeState) -> None:
    server.always = (403, {})
    assert pipeline.run(PLIMSOLL_GITLAB_TOKEN=TOKEN) == 0
    assert "the comment was not posted" in pipeline.log


def test_what_cannot_be_previewed_has_no_tick(pipeline: Pipeline) -> None:
    (pipeline.folder / "stacks" / "Pulumi.dev.yaml").write_text("config: [\n")
    assert pipeline.run() == 2
    assert "❌" in pipeline.review().splitlines()[1]
    assert "could not be judged" in pipeline.review()
