"""The workflows for users: their shape, their linters, and each of their scripts run on events that happen.

`plimsoll` is the real one; the API of GitHub is a stand-in; `make`, `pip`, `gh`, `pulumi` note what is asked.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plimsoll.gate.settings import read_settings
from tests.make.forge import TOKEN, ForgeState, forge
from tests.make.places import ROOT
from tests.make.programs import need
from tests.make.workflow import World, commit, read, run_job, template

FOLDER = ROOT / "examples" / "github"
MAIN = read("examples/github/plimsoll.yml")
FORKS = read("examples/github/plimsoll-forks.yml")
FILES = sorted(FOLDER.glob("*.yml"))
BIN = ROOT / ".venv" / "bin"
REPOSITORY = "acme/fleet"

JOBS = [(workflow, name) for workflow in (MAIN, FORKS) for name in workflow["jobs"]]


def steps_of(workflow: Any) -> list[Any]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


# shape


@pytest.mark.parametrize("workflow", [MAIN, FORKS])
def test_actions_are_pinned_and_nothing_has_a_right_that_it_does_not_need(workflow: Any) -> None:
    for step in steps_of(workflow):
        if "uses" in step:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
    assert workflow["permissions"] == {}
    assert "cancel-in-progress" in workflow["concurrency"]


def test_the_rights_of_each_job() -> None:
    rights = {name: job["permissions"] for name, job in MAIN["jobs"].items()}
    assert rights == {
        "gate": {"contents": "read"},
        "comment": {"pull-requests": "write"},
        "preview": {"contents": "read"},
    }
    assert FORKS["jobs"]["comment"]["permissions"] == {
        "contents": "read",
        "actions": "read",
        "pull-requests": "write",
    }


def test_the_gate_is_never_skipped_and_holds_no_secret() -> None:
    gate = MAIN["jobs"]["gate"]
    assert "if" not in gate
    assert "needs" not in gate
    assert "secrets." not in json.dumps(gate)
    assert "github.token" not in json.dumps(gate)
    assert MAIN["on"] == {"pull_request": None}, "never pull_request_target"


@pytest.mark.parametrize("workflow", [MAIN, FORKS])
def test_no_script_expands_what_a_pull_request_says(workflow: Any) -> None:
    for step in steps_of(workflow):
        assert "${{" not in step.get("run", ""), "values reach scripts through the environment alone"


def test_the_forks_workflow_checks_out_the_default_branch_and_installs_nothing_from_the_change() -> None:
    steps = FORKS["jobs"]["comment"]["steps"]
    (checkout,) = [step for step in steps if step.get("uses", "").startswith("actions/checkout")]
    assert set(checkout["with"]) == {"persist-credentials"}
    assert not any(".whl" in step.get("run", "") for step in steps)


# linters


def test_actionlint_has_nothing_to_say() -> None:
    linter = need(shutil.which("actionlint") or ROOT / ".tools" / "bin" / "actionlint", "actionlint")
    result = subprocess.run([linter, "-no-color", *map(str, FILES)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_zizmor_has_nothing_to_say_not_even_pedantically() -> None:
    linter = need(BIN / "zizmor", "zizmor")
    options = ["--offline", "--persona=pedantic", "--no-progress", "--format=plain"]
    files = [*map(str, FILES), str(ROOT / "action.yml")]
    result = subprocess.run([linter, *options, *files], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "No findings to report" in result.stdout


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("github-workflows", "examples/github/*.yml"),
        ("github-actions", "action.yml"),
        ("gitlab-ci", "examples/gitlab/*.yml"),
    ],
)
def test_the_published_schemas_have_nothing_to_say(schema: str, pattern: str) -> None:
    checker = need(BIN / "check-jsonschema", "check-jsonschema")
    files = [str(path) for path in ROOT.glob(pattern)]
    assert files
    command = [checker, "--builtin-schema", f"vendor.{schema}", *files]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_the_shipped_configuration_is_one_that_the_policies_take() -> None:
    settings = read_settings(json.loads((FOLDER / "policy-config.json").read_text()))
    assert settings.values["budget"]["usdPerMonth"] == 25000


# events


@pytest.fixture
def server() -> Iterator[ForgeState]:
    with forge() as state:
        yield state


@pytest.fixture
def world(tmp_path: Path, server: ForgeState) -> World:
    """A pull request that asks for ten times the traffic of one workload, from the repository itself."""
    checkout = template(tmp_path / "checkout") if (tmp_path / "checkout").mkdir() is None else tmp_path
    commit(checkout, "base")
    spec = checkout / "workloads" / "chat-8b.yaml"
    spec.write_text(re.sub(r"qps: 5 .*", "qps: 6", spec.read_text()))
    head = commit(checkout, "merge")
    made = World(
        MAIN,
        tmp_path,
        {
            "github.repository": REPOSITORY,
            "github.token": TOKEN,
            "github.event.pull_request.number": 7,
            "github.event.pull_request.head.sha": head,
            "github.event.pull_request.head.repo.full_name": REPOSITORY,
        },
        {
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_API_URL": server.url,
            "GITHUB_RUN_ID": "100",
            "GITHUB_ACTIONS": "true",
        },
    )
    made.program(
        "make", 'if [ "$1" = wheel ]; then mkdir -p dist; touch dist/plimsoll_iac-0.1.0-py3-none-any.whl; fi'
    )
    made.program("pip", f'ln -sf "{BIN}/plimsoll" "$(dirname "$0")/plimsoll"')
    return made


def gate(world: World) -> int | None:
    return run_job(world, "gate", world.folder / "checkout")


def comment(world: World) -> int | None:
    (world.folder / "commenting").mkdir(exist_ok=True)
    return run_job(world, "comment", world.folder / "commenting")


def budget(world: World, usd: int) -> None:
    config = world.folder / "checkout" / "policy-config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"budget": {"usdPerMonth": usd}}))


def from_a_fork(world: World) -> None:
    world.context["github.event.pull_request.head.repo.full_name"] = "stranger/fleet"


def test_a_change_within_the_line_passes_and_has_its_comment(world: World, server: ForgeState) -> None:
    assert gate(world) == 0, world.log
    assert "#### ⚓ Plimsoll: ceiling" in world.summary()
    assert "✅" in world.summary().splitlines()[0]
    assert comment(world) == 0, world.log
    (made,) = server.comments
    assert made["body"].startswith("<!-- plimsoll:review v1 key=dev ")
    assert "run=100 -->" in made["body"].splitlines()[0]
    assert "make setup" in world.asked()
    assert "pip install --quiet --constraint review/constraints.txt review/plimsoll_iac-" in "\n".join(
        world.asked()
    )
    pins = (world.artifacts["plimsoll-review"] / "constraints.txt").read_text().splitlines()
    assert len(pins) > 20
    assert all(re.fullmatch(r"[\w.-]+==[\w.+!-]+", pin) for pin in pins)


def test_a_change_over_the_budget_fails_by_seven_and_the_comment_says_so(
    world: World, server: ForgeState
) -> None:
    budget(world, 100)
    assert gate(world) == 7
    assert comment(world) == 0, "the verdict is the gate's"
    (made,) = server.comments
    assert "❌ over by $" in made["body"].splitlines()[1]
    assert "❌ over by $" in world.summary()
    (log,) = [each for each in world.log if each.startswith("Judge")]
    assert "::error file=workloads/chat-8b.yaml,line=10,title=budget%3A over_budget::" in log


def test_a_fork_is_judged_and_nobody_comments(world: World, server: ForgeState) -> None:
    from_a_fork(world)
    budget(world, 100)
    assert gate(world) == 7
    assert "❌ over by $" in world.summary()
    assert comment(world) is None
    assert run_job(world, "preview", world.folder / "checkout") is None
    assert server.asked == []


def test_a_second_push_updates_the_comment_and_an_older_run_does_not(
    world: World, server: ForgeState
) -> None:
    assert gate(world) == 0
    assert comment(world) == 0
    first = server.comments[0]["body"]
    budget(world, 100)
    world.environment["GITHUB_RUN_ID"] = "101"
    assert gate(world) == 7
    assert comment(world) == 0
    (made,) = server.comments
    assert made["body"] != first
    world.environment["GITHUB_RUN_ID"] = "99"
    budget(world, 25000)
    assert gate(world) == 0
    assert comment(world) == 0
    assert "run=101" in server.comments[0]["body"]


def test_a_comment_that_cannot_be_made_leaves_gate_and_summary(world: World, server: ForgeState) -> None:
    server.always = (403, {})
    assert gate(world) == 0
    assert comment(world) == 0
    assert any("the comment was not posted" in each for each in world.log)
    assert TOKEN not in "".join(world.log)


def test_what_cannot_be_previewed_has_no_verdict_and_no_tick(world: World, server: ForgeState) -> None:
    (world.folder / "checkout" / "stacks" / "Pulumi.dev.yaml").write_text("config: [\n")
    assert gate(world) == 2
    assert "❌" in world.summary().splitlines()[0], world.log
    assert "could not be judged" in world.summary()
    assert comment(world) == 0
    assert "❌" in server.comments[0]["body"].splitlines()[1]


def test_a_spec_that_cannot_be_read_fails_the_gate(world: World, server: ForgeState) -> None:
    (world.folder / "checkout" / "workloads" / "chat-8b.yaml").write_text("model: [\n")
    assert gate(world) == 2
    assert any("workloads/chat-8b.yaml:" in each for each in world.log)


def test_a_spec_over_its_own_budget_fails_the_gate(world: World) -> None:
    spec = world.folder / "checkout" / "workloads" / "chat-8b.yaml"
    spec.write_text(spec.read_text().replace("usd_per_month: 4000", "usd_per_month: 400"))
    assert gate(world) in (4, 7)
    assert "❌" in world.summary().splitlines()[0]


def test_a_first_change_has_no_base(world: World) -> None:
    checkout = world.folder / "checkout"
    shutil.rmtree(checkout / ".git")
    (checkout / "workloads").rename(checkout / "later")
    commit(checkout, "base")
    (checkout / "later").rename(checkout / "workloads")
    commit(checkout, "merge")
    assert gate(world) == 0, world.log
    assert list((checkout / "review" / "base" / "workloads").iterdir()) == []


def test_exemptions_that_are_there_count(world: World) -> None:
    budget(world, 100)
    (world.folder / "checkout" / "policies" / "exemptions.yaml").write_text(
        'exemptions:\n  - {policy: budget, match: {urn_glob: "*"}, allow_up_to_usd: 9000, owner: a, '
        'approved_by: b, reason: c, expires: "2026-09-01"}\n'
    )
    assert gate(world) == 0, world.log
    assert "exempted until 2026-09-01" in world.summary()


def test_the_real_preview_runs_the_policy_pack_where_its_secrets_are(world: World) -> None:
    world.program("pulumi", "exit 3")
    world.context["secrets.PULUMI_ACCESS_TOKEN"] = "x"
    assert run_job(world, "preview", world.folder / "checkout") == 3
    assert world.asked()[-1] == (
        "pulumi preview --stack dev --non-interactive --color never "
        "--policy-pack policies --policy-pack-config policy-config.json"
    )


# forks, where somebody wants comments there too


@pytest.fixture
def judged_fork(world: World, server: ForgeState) -> World:
    """The gate of a fork's change has run; its artifact is there."""
    from_a_fork(world)
    budget(world, 100)
    assert gate(world) == 7
    (world.folder / "trusted").mkdir()
    (world.folder / "trusted" / ".venv").symlink_to(ROOT / ".venv")
    world.workflow = FORKS
    head = world.context["github.event.pull_request.head.sha"]
    world.context |= {
        "github.event.workflow_run.event": "pull_request",
        "github.event.workflow_run.head_repository.full_name": "stranger/fleet",
        "github.event.workflow_run.head_sha": head,
        "github.event.workflow_run.id": 100,
        "runner.temp": str(world.folder / "temp"),
    }
    world.program("gh", f"echo {head}")
    return world


def post_for_fork(world: World) -> int | None:
    return run_job(world, "comment", world.folder / "trusted")


def test_a_fork_s_comment_is_written_from_data(judged_fork: World, server: ForgeState) -> None:
    assert post_for_fork(judged_fork) == 0, judged_fork.log
    (made,) = server.comments
    assert "❌ over by $" in made["body"].splitlines()[1]
    assert any("/issues/7/comments" in each for each in server.asked)
    assert "gh api repos/acme/fleet/pulls/7 --jq .head.sha" in judged_fork.asked()


@pytest.mark.parametrize("number", ["", "8; curl evil", "$(id)", "../../1", "0", "7\n8", "-1"])
def test_a_number_that_is_none_is_refused(judged_fork: World, server: ForgeState, number: str) -> None:
    (judged_fork.artifacts["plimsoll-review"] / "number.txt").write_text(number)
    assert post_for_fork(judged_fork) not in (0, None)
    assert server.comments == []


def test_the_number_of_another_pull_request_is_refused(judged_fork: World, server: ForgeState) -> None:
    judged_fork.program("gh", "echo 0123456789012345678901234567890123456789")
    assert post_for_fork(judged_fork) == 1
    assert server.asked == []


def test_words_that_a_fork_puts_into_its_report_do_nothing(judged_fork: World, server: ForgeState) -> None:
    path = judged_fork.artifacts["plimsoll-review"] / "check.json"
    report = json.loads(path.read_text())
    report["violations"][0]["message"] = "[approve](https://example.com) @everyone <img src=x>"
    report["violations"][0]["policy"] = "#### ⚓ Plimsoll: ✅"
    path.write_text(json.dumps(report))
    assert post_for_fork(judged_fork) == 0
    from tests.make.rendered import Page

    page = Page(server.comments[0]["body"])
    assert all(each.startswith("comment  plimsoll:review") for each in page.acting())
    assert page.tags.count("h4") == 1


def test_a_change_from_the_repository_itself_is_not_commented_twice(judged_fork: World) -> None:
    judged_fork.context["github.event.workflow_run.head_repository.full_name"] = REPOSITORY
    assert post_for_fork(judged_fork) is None
