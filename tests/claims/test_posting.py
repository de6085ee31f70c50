"""`plimsoll comment --post`: the cases that a reviewer meets, against a stand-in of GitHub and GitLab.

A failed post never hides the verdict: it is told on stderr, and the exit code stays what the report says.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from plimsoll.cli import main as cli
from plimsoll.cli.review.posting import FORGES
from plimsoll.show.markdown import units
from tests.make.forge import BOT, TOKEN, ForgeState, forge

SPEC = """
name: chat
model: meta-llama/Llama-3.1-8B-Instruct
load: {{qps: {qps}}}
budget: {{usd_per_month: 90000}}
"""
UNSET = (
    "GITHUB_ACTIONS GITHUB_REPOSITORY GITHUB_REF GITHUB_RUN_ID GITHUB_SERVER_URL GITHUB_TOKEN GH_TOKEN "
    "GITHUB_SHA GITLAB_TOKEN CI_PROJECT_PATH CI_MERGE_REQUEST_PROJECT_PATH CI_MERGE_REQUEST_IID "
    "CI_PIPELINE_ID CI_PIPELINE_URL CI_COMMIT_SHA PLIMSOLL_GITLAB_TOKEN"
)


@pytest.fixture(params=FORGES)
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForgeState]:
    for name in UNSET.split():
        monkeypatch.delenv(name, raising=False)
    with forge(request.param) as state:
        state.me = BOT if request.param == "github" else "project_7_bot"
        monkeypatch.setenv("GITHUB_API_URL", state.url)
        monkeypatch.setenv("CI_API_V4_URL", state.url)
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("PLIMSOLL_GITLAB_TOKEN", TOKEN)
        yield state


@pytest.fixture
def sides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three states of one spec."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PLIMSOLL_TODAY", "2026-08-01")
    for name, qps in (("base", 5), ("head", 50), ("more", 60)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "chat.yaml").write_text(SPEC.format(qps=qps))


@pytest.fixture
def reports(sides: None, capsys: pytest.CaptureFixture[str]) -> None:
    """The reports of a check that passes and of one that does not."""
    assert cli._run(["plan", "base/chat.yaml", "--format", "json"]) == 0
    Path("plan.json").write_text(capsys.readouterr().out)
    for name, budget in (("passed", "9000"), ("failed", "100")):
        assert cli._run(["check", "plan.json", "--budget", budget, "--format", "json"]) in (0, 7)
        report = capsys.readouterr().out
        assert json.loads(report)["verdict"] == ("pass" if name == "passed" else "violation")
        Path(f"{name}.json").write_text(report)


def comment(
    server: ForgeState, *arguments: str, base: str = "base", head: str = "head", post: bool = True
) -> int:
    where = ["--post", server.kind, "--repo", "acme/fleet", "--pr", "7"] if post else []
    return cli._run(["comment", "--base", base, "--head", head, *where, *arguments])


def run_of(monkeypatch: pytest.MonkeyPatch, server: ForgeState, number: int) -> None:
    monkeypatch.setenv("GITHUB_RUN_ID" if server.kind == "github" else "CI_PIPELINE_ID", str(number))


def writes(server: ForgeState) -> int:
    return sum(server.count(method) for method in ("POST", "PATCH", "PUT"))


def test_what_is_posted_is_what_is_printed(
    server: ForgeState, reports: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment(server, "--check", "passed.json") == 0
    out, err = capsys.readouterr()
    assert [each["body"] for each in server.comments] == [out]
    assert "the comment was made" in err
    assert comment(server, "--check", "passed.json", "--format", "summary") == 0
    assert "says the same already" in capsys.readouterr().err
    assert writes(server) == 1


def test_nothing_changed_is_one_short_comment_and_then_silence(
    server: ForgeState, reports: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_of(monkeypatch, server, 1)
    assert comment(server, head="base") == 0
    (made,) = server.comments
    told = made["body"].partition("\n")[2]
    assert units(told) <= 300
    assert "✅" in told
    run_of(monkeypatch, server, 2)
    assert comment(server, head="base") == 0
    assert writes(server) == 1


def test_ours_is_on_the_third_page_and_somebody_copied_the_marker(
    server: ForgeState, reports: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comment(server) == 0
    ours = server.comments.pop()
    copy = ours["body"]
    for index in range(250):
        server.add(copy if index == 3 else f"word {index}")
    server.comments.append(ours)
    server.asked.clear()
    assert comment(server, head="more") == 0
    assert ours["body"] != copy
    assert server.comments[3]["body"] == copy
    assert server.count("GET") == 3
    assert writes(server) == 1


def test_an_older_run_that_ends_last_leaves_the_newer_comment(
    server: ForgeState, reports: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run_of(monkeypatch, server, 200)
    assert comment(server) == 0
    newer = server.comments[0]["body"]
    run_of(monkeypatch, server, 199)
    assert comment(server, head="more") == 0
    assert server.comments[0]["body"] == newer
    assert "newer run stays" in capsys.readouterr().err


def test_a_busy_forge_is_waited_for(server: ForgeState, reports: None) -> None:
    server.script = [(429, {"Retry-After": "2"}), (502, {})]
    began = time.monotonic()
    assert comment(server) == 0
    assert time.monotonic() - began >= 2
    assert len(server.comments) == 1
    assert server.count("POST") <= 5


@pytest.mark.parametrize(
    ("report", "required", "code"),
    [
        ("passed", False, 0),
        ("failed", False, 7),
        ("passed", True, 5),
        ("failed", True, 7),
    ],
)
def test_a_lasting_refusal_does_not_hide_the_verdict(
    server: ForgeState,
    reports: None,
    capsys: pytest.CaptureFixture[str],
    report: str,
    required: bool,
    code: int,
) -> None:
    server.always = (403, {})
    options = ["--check", f"{report}.json", "--format", "summary", *["--require-post"] * required]
    assert comment(server, *options) == code
    out, err = capsys.readouterr()
    assert "#### ⚓ Plimsoll: ceiling" in out
    assert "the comment was not posted" in err
    assert "answered 403" in err
    assert TOKEN not in out + err


@pytest.mark.parametrize(("report", "code"), [("passed", 0), ("failed", 7)])
def test_without_a_token_nothing_is_asked(
    server: ForgeState,
    reports: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    report: str,
    code: int,
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.delenv("PLIMSOLL_GITLAB_TOKEN")
    assert comment(server, "--check", f"{report}.json") == code
    variable = "GITHUB_TOKEN" if server.kind == "github" else "PLIMSOLL_GITLAB_TOKEN"
    assert f"there is no token; set {variable}" in capsys.readouterr().err
    assert server.asked == []


def test_the_ci_system_says_where(server: ForgeState, reports: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/fleet")
    monkeypatch.setenv("GITHUB_REF", "refs/pull/41/merge")
    monkeypatch.setenv("CI_PROJECT_PATH", "acme/fleet")
    monkeypatch.setenv("CI_MERGE_REQUEST_IID", "41")
    assert comment(server, "--post", server.kind, post=False) == 0
    assert "41" in server.asked[-1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--repo", "a/b"], "belong to --post"),
        (["--require-post"], "belong to --post"),
        (["--post", "github", "--repo", "a/b"], "needs --pr"),
        (["--post", "gitlab", "--pr", "3"], "needs --repo"),
        (["--post", "github", "--repo", "ab", "--pr", "3"], "OWNER/NAME"),
        (["--post", "github", "--repo", "a/b", "--pr", "0"], "--pr"),
        (["--post", "bitbucket"], "bitbucket"),
    ],
)
def test_a_wrong_call_is_a_usage_error(
    server: ForgeState, sides: None, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert comment(server, *options, post=False) == 2
    assert said in capsys.readouterr().err
    assert server.asked == []
