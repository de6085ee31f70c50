"""`plimsoll diff`: two sides, wherever they are, become one document that says what moved and why."""

import json
import os
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli import main as cli
from plimsoll.show.schema import published
from tests.make.command import inside, plimsoll
from tests.make.json_schema import errors
from tests.make.places import EXAMPLES, ROOT
from tests.make.repository import commit, repository

DAY = "2026-08-10"
SPEC = """\
name: chat
model: meta-llama/Llama-3.1-8B-Instruct
load: {qps: 5}
capacity: {allow: [g6e, p5]}
"""
OTHER = SPEC.replace("chat", "search").replace("qps: 5", "qps: 2")


def difference(*arguments: str, code: int = 0) -> Any:
    """The document of a diff."""
    ran = inside("diff", *arguments, "--on", DAY, "--format", "json")
    assert ran.returncode == code, ran.stderr
    return json.loads(ran.stdout)


def side(folder: Path, **specs: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in specs.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_states_changes_and_their_order(tmp_path: Path) -> None:
    before = side(tmp_path / "a", chat=SPEC, search=OTHER, gone=SPEC.replace("chat", "gone"))
    after = side(
        tmp_path / "b", chat=SPEC.replace("5}", "50}"), search=OTHER, fresh=SPEC.replace("chat", "fresh")
    )
    document = difference(str(before), str(after))
    states = {each["name"]: each["state"] for each in document["workloads"]}
    assert states == {"chat": "changed", "search": "same", "gone": "removed", "fresh": "new"}
    changes = [abs(Decimal(each["change"]["ceiling"])) for each in document["workloads"]]
    assert changes == sorted(changes, reverse=True)
    assert [each["name"] for each in document["workloads"]] == ["chat", "fresh", "gone", "search"]
    by_name = {each["name"]: each for each in document["workloads"]}
    assert by_name["fresh"]["was"] is None
    assert by_name["gone"]["now"] is None
    for name in ("fresh", "gone"):
        assert by_name[name]["causes"]["spec"] == by_name[name]["change"]
    assert by_name["chat"]["spec_changes"] == [{"path": "load.qps.peak", "from": 5, "to": 50}]
    schema = published.schema("diff")
    assert list(errors(document, schema, schema)) == []


def test_totals_are_those_of_planning_each_side(tmp_path: Path) -> None:
    before = side(tmp_path / "a", chat=SPEC, search=OTHER)
    after = side(tmp_path / "b", chat=SPEC.replace("5}", "50}"), search=OTHER)
    document = difference(str(before), str(after))
    for folder, key in ((before, "was"), (after, "now")):
        specs = [str(path) for path in sorted(folder.glob("*.yaml"))]
        planned = json.loads(inside("plan", *specs, "--on", DAY, "--format", "json").stdout)
        assert document["total"][key] == planned["total"]["usd_per_month"]


def test_comments_and_order_of_keys_are_no_change(tmp_path: Path) -> None:
    other = "# words\n" + "\n".join(reversed(SPEC.strip().split("\n"))).replace("qps: 5", "qps: {peak: 5.0}")
    one, two = side(tmp_path / "a", chat=SPEC), side(tmp_path / "b", chat=other)
    document = difference(str(one), str(two), "--exit-code")
    assert [each["state"] for each in document["workloads"]] == ["same"]


def test_exit_code_says_that_something_changed(tmp_path: Path) -> None:
    one, two = side(tmp_path / "a", chat=SPEC), side(tmp_path / "b", chat=SPEC + "owner: {team: x}\n")
    document = difference(str(one), str(two), "--exit-code", code=1)
    assert document["workloads"][0]["change"]["ceiling"] == "0.00"
    assert document["workloads"][0]["spec_changes"] == [{"path": "owner.team", "from": None, "to": "x"}]
    difference(str(one), str(two))


def test_a_commit_is_read_without_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = repository(tmp_path / "repo", {"specs/chat.yaml": SPEC})
    commit(repo, {"specs/chat.yaml": SPEC.replace("5}", "50}"), "specs/search.yaml": OTHER})
    monkeypatch.chdir(repo)
    for before, after in (
        ("git:HEAD~1", "specs"),
        ("git:HEAD~1:specs", "git:HEAD"),
        ("git:HEAD~1:./specs", "git:HEAD:specs"),
    ):
        states = {each["name"]: each["state"] for each in difference(before, after)["workloads"]}
        assert states == {"chat": "changed", "search": "new"}
    (one,) = difference("git:HEAD~1", "specs/chat.yaml")["workloads"]
    assert (one["name"], one["state"]) == ("chat", "changed")
    (fresh,) = difference("git:HEAD~1", "specs/search.yaml")["workloads"]
    assert fresh["state"] == "new", "a path that is only the other side's may not have been there"


def test_a_config_of_a_commit_is_that_of_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = ROOT / "tests" / "cases" / "plans" / "a-config-file-beside-the-spec"
    config = (case / "config.json").read_text(encoding="utf-8")
    spec = (case / "spec.yaml").read_text(encoding="utf-8")
    repo = repository(tmp_path / "repo", {"w/spec.yaml": spec, "w/config.json": config})
    fewer = json.loads(config)
    fewer["num_hidden_layers"] //= 2
    commit(repo, {"w/config.json": json.dumps(fewer)})
    monkeypatch.chdir(repo)
    (same,) = difference("git:HEAD", "w/spec.yaml")["workloads"]
    assert same["state"] == "same"
    (each,) = difference("git:HEAD~1", "w/spec.yaml")["workloads"]
    assert [change["path"] for change in each["spec_changes"]] == ["config.num_hidden_layers"]


def test_a_plan_is_the_spec_that_it_was_made_of(tmp_path: Path) -> None:
    spec = side(tmp_path, chat=SPEC) / "chat.yaml"
    plan = tmp_path / "plan.json"
    plan.write_text(inside("plan", str(spec), "--on", DAY, "--format", "json").stdout, encoding="utf-8")
    (each,) = difference(str(plan), str(spec))["workloads"]
    assert each["state"] == "same"
    assert {cause["ceiling"] for cause in each["causes"].values()} == {"0.00"}


def test_a_plan_of_another_day_changed_by_prices_alone(tmp_path: Path) -> None:
    spec = side(tmp_path, chat=SPEC.replace("g6e, p5", "p5").replace("qps: 5", "qps: 200")) / "chat.yaml"
    plan = tmp_path / "plan.json"
    old = inside("plan", str(spec), "--on", "2025-03-01", "--format", "json")
    plan.write_text(old.stdout, encoding="utf-8")
    (each,) = difference(str(plan), str(spec))["workloads"]
    assert each["causes"]["prices"] == each["change"]
    assert [each["causes"][cause]["ceiling"] for cause in ("tool", "speed", "spec")] == ["0.00"] * 3


def test_a_plan_that_does_not_come_out_again_keeps_its_number(tmp_path: Path) -> None:
    """Nobody wrote down what it stood on: what moved lies in the first cause that can be had."""
    spec = side(tmp_path, chat=SPEC) / "chat.yaml"
    document = json.loads(inside("plan", str(spec), "--on", DAY, "--format", "json").stdout)
    for line in document["cost"]["lines"]:
        if line["kind"] == "nodes":
            line["quantity"] = str(Decimal(line["quantity"]) + 100)
            line["usd_per_month"] = f"{Decimal(line['quantity']) * Decimal(line['usd_per_unit']):.2f}"
    for of in ("floor", "expected", "ceiling"):
        lines = (Decimal(line["usd_per_month"]) for line in document["cost"]["lines"] if line["of"] == of)
        document["cost"]["usd_per_month"][of] = str(sum(lines))
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(document), encoding="utf-8")
    (each,) = difference(str(plan), str(spec))["workloads"]
    assert each["was"]["usd_per_month"] == document["cost"]["usd_per_month"]
    assert each["causes"]["tool"] is None
    assert each["causes"]["speed"] is None
    assert each["causes"]["prices"] == each["change"] != each["causes"]["spec"]


def test_a_lock_beside_its_spec_is_the_specs_own(tmp_path: Path) -> None:
    before = side(tmp_path / "a", chat=SPEC.replace("g6e, p5", "p5"), search=OTHER)
    assert inside("lock", str(before / "chat.yaml"), "--on", "2025-03-01").returncode == 0
    after = side(tmp_path / "b", chat=SPEC.replace("g6e, p5", "p5"), search=OTHER)
    chat, search = difference(str(before), str(after))["workloads"]
    assert (chat["state"], search["state"]) == ("changed", "same")
    assert chat["causes"]["prices"] == chat["change"]
    assert chat["resources"] is not None


def test_a_lock_of_another_spec_is_passed_over_and_told(tmp_path: Path) -> None:
    folder = side(tmp_path / "a", chat=SPEC)
    assert inside("lock", str(folder / "chat.yaml"), "--on", DAY).returncode == 0
    side(folder, chat=SPEC.replace("5}", "50}"))
    ran = inside("diff", str(folder), str(folder), "--on", DAY, "--format", "json")
    assert "chat.lock.json: made of another spec" in ran.stderr
    (each,) = json.loads(ran.stdout)["workloads"]
    assert each["state"] == "same"
    (lock,) = difference(str(folder / "chat.lock.json"), str(folder / "chat.yaml"))["workloads"]
    assert lock["state"] == "changed"
    assert lock["causes"]["spec"] == lock["change"]


def test_an_edited_lock_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = side(tmp_path / "a", chat=SPEC)
    assert inside("lock", str(folder / "chat.yaml"), "--on", DAY).returncode == 0
    lock = folder / "chat.lock.json"
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace('"ceiling": "', '"ceiling": "9', 1), encoding="utf-8")
    ran = inside("diff", str(folder), str(folder), "--on", DAY)
    assert ran.returncode == 2
    assert f"{lock}:" in ran.stderr


def test_a_refused_side_has_nulls_and_no_total(tmp_path: Path) -> None:
    before = side(tmp_path / "a", chat=SPEC)
    after = side(tmp_path / "b", chat=SPEC + "sla: {tpot_p95_ms: 0.1}\n")
    document = difference(str(before), str(after))
    (each,) = document["workloads"]
    assert each["now"]["outcome"] == "refusal"
    assert each["now"]["instance_type"] is None
    assert set(each["now"]["usd_per_month"].values()) == {None}
    assert set(each["causes"].values()) == {None}
    assert set(document["total"]["now"].values()) == {None}
    assert document["total"]["was"]["ceiling"] == each["was"]["usd_per_month"]["ceiling"]


def test_over_budget_has_the_money_of_the_plan_without_it(tmp_path: Path) -> None:
    after = side(tmp_path / "b", chat=SPEC + "budget: {usd_per_month: 100}\n")
    (each,) = difference(str(side(tmp_path / "a", chat=SPEC)), str(after))["workloads"]
    assert (each["was"]["outcome"], each["now"]["outcome"]) == ("plan", "over_budget")
    assert each["was"]["usd_per_month"] == each["now"]["usd_per_month"]
    assert each["state"] == "changed"


def test_what_the_budget_leaves_is_what_is_planned(tmp_path: Path) -> None:
    folder = ROOT / "tests" / "cases" / "reviews" / "budget-leaves-another"
    (each,) = difference(str(folder / "base"), str(folder / "head"))["workloads"]
    spec = folder / "head" / "support-chat.yaml"
    plan = json.loads(inside("plan", str(spec), "--on", DAY, "--format", "json").stdout)
    within = each["now"]["within_budget"]
    assert each["now"]["outcome"] == "plan"
    assert within["id"] == plan["chosen"]["id"] != each["now"]["id"]
    assert within["usd_per_month"] == plan["cost"]["usd_per_month"]


def test_the_same_answer_on_every_day_and_with_every_hash_seed(tmp_path: Path) -> None:
    after = tmp_path / "after"
    shutil.copytree(ROOT / "workloads", after)
    spec = after / "chat-8b.yaml"
    spec.write_text(spec.read_text(encoding="utf-8").replace("qps: 5", "qps: 15"), encoding="utf-8")
    sides = ("diff", str(ROOT / "workloads"), str(after))
    for form in ("table", "json", "md"):
        said = {
            plimsoll(
                *sides, "--format", form, env={**os.environ, "PYTHONHASHSEED": seed, "PLIMSOLL_TODAY": day}
            ).stdout
            for seed, day in (("1", "2026-11-28"), ("2", "2031-01-01"))
        }
        assert len(said) == 1


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (("git:HEAD", "git:HEAD"), "no path is named"),
        (("git:no-such-ref:workloads", "workloads"), "git knows no such commit"),
        (("git:HEAD:no-such-path", "workloads"), "the commit has no such path"),
        (("README.md", "workloads"), "README.md"),
        (("pyproject.toml", "workloads"), "pyproject.toml"),
        (("no-such-folder", "workloads"), "no such file"),
        (("schemas/plan.json", "workloads"), "nothing to compare"),
    ],
)
def test_what_cannot_be_read_is_explained(
    sides: tuple[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    ran = inside("diff", *sides)
    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""


def test_problems_of_both_sides_come_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = side(tmp_path / "a", chat=SPEC.replace("qps", "qsp"))
    two = side(tmp_path / "b", chat=SPEC + "colour: red\n")
    with pytest.raises(SystemExit) as ended:
        cli.main(["diff", str(one), str(two), "--format", "json"])
    assert ended.value.code == 2
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {problem["path"] for problem in problems} == {"load.qsp", "colour"} | (
        {"load"} if any(problem["path"] == "load" for problem in problems) else set()
    )


def test_a_name_that_stands_twice_is_told(tmp_path: Path) -> None:
    folder = side(tmp_path / "a", one=SPEC, two=SPEC)
    ran = inside("diff", str(folder), str(folder))
    assert ran.returncode == 2
    assert "two workloads of one side are named 'chat'" in ran.stderr


def test_other_files_of_a_folder_are_passed_over_and_named(tmp_path: Path) -> None:
    folder = side(tmp_path / "a", chat=SPEC, other="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n")
    (folder / "config.json").write_text('{"model_type": "llama"}', encoding="utf-8")
    ran = inside("diff", str(folder), str(folder), "--on", DAY)
    assert ran.returncode == 0, ran.stderr
    assert "other.yaml: neither a spec" in ran.stderr
    assert "config.json: neither a spec" in ran.stderr


def test_an_empty_side_is_a_side(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (each,) = difference(str(tmp_path / "none"), str(side(tmp_path / "b", chat=SPEC)))["workloads"]
    assert each["state"] == "new"


def test_examples_are_the_same_as_themselves() -> None:
    document = difference(str(ROOT / "workloads"), str(ROOT / "workloads"), "--exit-code")
    specs = list((ROOT / "workloads").rglob("*.yaml"))
    assert document["unchanged"]["count"] == len(specs) > len(EXAMPLES)
    assert document["unchanged"]["usd_per_month"] == document["total"]["now"]


def test_a_commitment_counts_once_in_the_totals_of_specs_and_of_locks(tmp_path: Path) -> None:
    """As planning each side together says: hours of all workloads are covered in one purchase."""
    terms = ("--discounts", str(ROOT / "examples" / "discounts.yaml"))
    before = side(tmp_path / "a", chat=SPEC, search=OTHER)
    after = side(tmp_path / "b", chat=SPEC.replace("5}", "50}"), search=OTHER)
    locked = side(tmp_path / "c", chat=SPEC, search=OTHER)
    specs = [str(path) for path in sorted(locked.glob("*.yaml"))]
    assert inside("lock", *specs, "--on", DAY, *terms).returncode == 0
    for folder in (before, locked):
        document = difference(str(folder), str(after), *terms)
        for each, key in ((before, "was"), (after, "now")):
            specs = [str(path) for path in sorted(each.glob("*.yaml"))]
            planned = json.loads(inside("plan", *specs, "--on", DAY, *terms, "--format", "json").stdout)
            assert document["total"][key] == planned["total"]["usd_per_month"]
        for of in ("floor", "expected", "ceiling"):
            told = [cause[of] for cause in document["total"]["causes"].values() if cause is not None]
            assert sum(map(Decimal, told)) == Decimal(document["total"]["change"][of])


def test_discounts_that_a_lock_did_not_have_are_prices(tmp_path: Path) -> None:
    folder = side(tmp_path / "a", chat=SPEC)
    assert inside("lock", str(folder / "chat.yaml"), "--on", DAY).returncode == 0
    terms = ("--discounts", str(ROOT / "examples" / "discounts.yaml"))
    (each,) = difference(str(folder), str(side(tmp_path / "b", chat=SPEC)), *terms)["workloads"]
    assert each["causes"]["prices"] == each["change"]
    assert Decimal(each["change"]["expected"]) < 0


def test_a_cluster_counts_once_where_locks_are_of_other_days(tmp_path: Path) -> None:
    folder = side(tmp_path / "a", chat=SPEC, search=OTHER)
    assert inside("lock", str(folder / "chat.yaml"), "--on", "2025-03-01").returncode == 0
    assert inside("lock", str(folder / "search.yaml"), "--on", DAY).returncode == 0
    document = difference(str(folder), str(folder))
    each = [Decimal(workload["now"]["usd_per_month"]["floor"]) for workload in document["workloads"]]
    fixed = json.loads(inside("plan", str(folder / "search.yaml"), "--on", DAY, "--format", "json").stdout)
    shared = sum(
        Decimal(line["usd_per_month"])
        for line in fixed["cost"]["lines"]
        if line["of"] == "floor" and line["kind"] == "fixed"
    )
    assert sum(each) - Decimal(document["total"]["now"]["floor"]) == pytest.approx(shared, abs=Decimal(5))


def test_a_run_is_compared_on_the_terms_that_it_is_planned_on(tmp_path: Path) -> None:
    """A total of a service and a run is of what is paid for both, a commitment once."""
    run = SPEC.replace("name: chat", "kind: batch").replace("qps: 5", "requests: 20000, output_tokens: 120")
    folder = side(tmp_path / "a", chat=SPEC, labels=f"{run}runs_per_month: 4\n")
    terms = ("--discounts", str(ROOT / "examples" / "discounts.yaml"), "--on", DAY)
    spec = str(folder / "labels.yaml")
    for command in (("diff", spec, spec), ("comment", "--base", spec, "--head", spec)):
        assert inside(*command, *terms).returncode == 0
    passed = inside("diff", str(folder), str(folder), *terms, "--format", "json")
    assert passed.returncode == 0, passed.stderr
    document = json.loads(passed.stdout)
    planned = inside("plan", str(folder / "chat.yaml"), spec, *terms, "--format", "json")
    assert document["total"]["now"] == json.loads(planned.stdout)["total"]["usd_per_month"]
    assert {each["name"] for each in document["workloads"]} == {"chat", "labels"}
