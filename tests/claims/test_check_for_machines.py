"""SARIF fits the published schema, JUnit is XML, annotations are what the runner reads; for any text."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft4Validator

from plimsoll.cli import main as cli
from plimsoll.gate.rules import RULES
from plimsoll.gate.verdict import Verdict, Violation
from plimsoll.show.check.annotations import annotations
from plimsoll.show.check.sarif import MOST_RESULTS
from plimsoll.show.check.sited import Site, Sited
from plimsoll.show.formats import write
from tests.make.hostile import CORPUS, verdict
from tests.make.places import ROOT
from tests.make.programs import need
from tests.make.rendered import read_back


def sited(report: Verdict, line: int = 3) -> Sited:
    return Sited(report, tuple(Site("workloads/chat 8b.yaml", line) for _ in report.violations))


def violation(**changes: Any) -> Violation:
    made = Violation("budget", "mandatory", "over_budget", "urn:pulumi:dev::p::t::x", "over", "", Decimal(9))
    return replace(made, **changes)


def holding(*violations: Violation) -> Sited:
    return sited(replace(verdict(["word"], passes=False), violations=violations))


@pytest.fixture(scope="module")
def schema() -> Draft4Validator:
    """The published schema of SARIF 2.1.0."""
    path = Path(need(ROOT / ".tools" / "bin" / "sarif-schema-2.1.0.json", "sarif"))
    return Draft4Validator(json.loads(path.read_text(encoding="utf-8")))


def log_of(found: Sited) -> Any:
    return json.loads(write("check", "sarif", found))


def results(found: Sited) -> list[Any]:
    return log_of(found)["runs"][0]["results"]


def test_sarif_fits_its_schema_whatever_the_words(schema: Draft4Validator) -> None:
    for found in (sited(verdict(CORPUS, passes=False)), sited(verdict(CORPUS, passes=True)), holding()):
        assert list(schema.iter_errors(log_of(found))) == []
    broken = log_of(sited(verdict(["x"], passes=False)))
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    broken["runs"][0]["unheard"] = 1
    assert len(list(schema.iter_errors(broken))) == 2, "the schema sees what is wrong"


def test_sarif_says_the_words_and_no_link_comes_of_them() -> None:
    for text in CORPUS:
        (result,) = results(sited(verdict([text], passes=False)))
        assert result["properties"]["message"] == text
        assert result["properties"]["urn"] == f"urn:pulumi:dev::p::t::{text}"
        shown = result["message"]["text"]
        assert not re.search(r"(?<!\\)(?:\\\\)*[\[\]]", shown), "a bracket that could open a link"
        seen = " ".join(re.sub(r"\\([\\\[\]])", r"\1", shown).split())
        assert read_back(text).strip("—") in read_back(seen)


def test_a_message_and_its_level_rule_and_place() -> None:
    found = results(holding(violation(), violation(level="advisory", code="drift", policy="plan-drift")))
    assert [each["level"] for each in found] == ["error", "warning"]
    assert [each["ruleId"] for each in found] == ["budget/over_budget", "plan-drift/drift"]
    place = found[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "workloads/chat%208b.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3}


def test_what_blocks_comes_first() -> None:
    found = results(holding(violation(level="advisory"), violation(message="it blocks")))
    assert [each["level"] for each in found] == ["error", "warning"]


def test_a_fingerprint_is_of_policy_code_and_urn_alone() -> None:
    def prints(**changes: Any) -> Any:
        return results(holding(violation(**changes)))[0]["partialFingerprints"]

    assert prints() == prints(message="more", usd_per_month=Decimal(8), level="advisory", story="x")
    others = [prints(policy="x"), prints(code="drift"), prints(urn=None), prints(urn="urn:y")]
    assert len({json.dumps(each) for each in [prints(), *others]}) == 5
    assert re.fullmatch(r"[0-9a-f]{64}", prints()["primaryLocationLineHash"])


def test_thirty_thousand_violations_are_counted_in_a_last_result(schema: Draft4Validator) -> None:
    many = [violation(urn=f"urn:pulumi:dev::p::t::{index}", level="advisory") for index in range(29_999)]
    found = holding(*many, violation(urn="urn:blocks"))
    log = log_of(found)
    shown = log["runs"][0]["results"]
    assert len(shown) == MOST_RESULTS == 25_000
    assert shown[0]["properties"]["urn"] == "urn:blocks"
    assert "and 5,001 more violations, of which 0 block" in shown[-1]["message"]["text"]
    log["runs"][0]["results"] = [*shown[:20], shown[-1]]
    assert list(schema.iter_errors(log)) == []
    digests = [each["partialFingerprints"]["plimsoll/v1"] for each in shown]
    assert len(set(digests)) == 25_000
    assert write("check", "sarif", found) == write("check", "sarif", found)
    assert len(results(holding(*many[:25_000]))) == 25_000


# JUnit


def suites(found: Sited) -> dict[str | None, ElementTree.Element]:
    root = ElementTree.fromstring(write("check", "junit", found).encode())
    assert root.tag == "testsuites"
    for key in ("tests", "failures", "skipped"):
        assert int(root.attrib[key]) == sum(int(suite.attrib[key]) for suite in root)
    return {suite.get("name"): suite for suite in root}


def test_a_suite_is_a_policy_and_a_case_a_resource() -> None:
    found = suites(holding(violation(message="first\nsecond", story="the whole\nstory"), violation(urn=None)))
    assert [*found][: len(RULES)] == [rule.name for rule in RULES]
    budget = found["budget"]
    assert budget.attrib == {"name": "budget", "tests": "2", "failures": "2", "skipped": "0"}
    stack, one = budget
    assert (stack.get("name"), one.get("name")) == ("the stack", "urn:pulumi:dev::p::t::x")
    failure = one.find("failure")
    assert failure is not None
    assert failure.attrib == {"type": "over_budget", "message": "first"}
    assert failure.text == "the whole\nstory"
    assert (one.get("file"), one.get("line")) == ("workloads/chat 8b.yaml", "3")


def test_a_case_fails_once_with_all_that_is_wrong_and_a_crowd_that_is_fine_is_one_case() -> None:
    twice = [violation(message="first"), violation(code="drift", message="second")]
    (case,) = [each for each in suites(holding(*twice))["budget"] if each.get("name") != "the stack"]
    (failure,) = case.findall("failure")
    assert (failure.get("type"), failure.text) == ("over_budget", "first\nsecond")
    crowd = [violation(urn=f"urn:{index}", policy="plan-drift", level="advisory") for index in range(3_000)]
    found = suites(holding(*crowd, violation(urn="urn:2999")))
    assert found["budget"].attrib == {"name": "budget", "tests": "502", "failures": "1", "skipped": "0"}
    assert found["budget"][-1].get("name") == "2,500 other resources"


def test_advice_fails_no_case_and_what_had_nothing_to_judge_is_skipped() -> None:
    report = holding(violation(level="advisory")).verdict
    report = replace(report, not_applicable=(replace(report.not_applicable[0], policy="plan-drift"),))
    found = suites(sited(report))
    assert found["budget"].get("failures") == "0"
    assert found["budget"].find("testcase/system-out") is not None
    assert found["plan-drift"].attrib == {"name": "plan-drift", "tests": "1", "failures": "0", "skipped": "1"}


def test_junit_is_xml_that_says_the_words() -> None:
    for text in CORPUS:
        suite = [*suites(sited(verdict([text], passes=False))).values()][-1]
        failure = suite.find("testcase/failure")
        assert failure is not None
        words = read_back(text) if text.strip() else ""
        assert [suite.get("name"), failure.get("type")] == [words, "over_budget"]
        assert " ".join((failure.text or "").split()).startswith(words)
        assert len(suite.findall("testcase/failure")) == 1


# annotations


def parsed(line: str) -> tuple[str, dict[str, str], str]:
    """Read a command as the runner does (actions/runner, ActionCommand.cs)."""
    match = re.fullmatch(r"::(error|warning) ([^\r\n]*?)::([^\r\n]*)", line)
    assert match, line
    pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
    properties = {key: _unescaped(value, in_property=True) for key, value in pairs.items()}
    return match[1], properties, _unescaped(match[3])


def _unescaped(text: str, *, in_property: bool = False) -> str:
    codes = {"%0D": "\r", "%0A": "\n"} | ({"%3A": ":", "%2C": ","} if in_property else {})
    for code, char in codes.items():
        text = text.replace(code, char)
    return text.replace("%25", "%")


def test_an_annotation_stands_at_its_line() -> None:
    found = holding(violation(message="100 % over:\nlower it, or"))
    (line,) = annotations(found)
    assert line.startswith("::error file=workloads/chat 8b.yaml,line=3,title=budget%3A over_budget::")
    assert line.endswith("100 %25 over:%0Alower it, or")


def test_no_words_make_a_second_command() -> None:
    for text in CORPUS:
        report = verdict([text], passes=False)
        (line,) = annotations(Sited(report, (Site(text, 1),)))
        kind, properties, said = parsed(line)
        assert kind == "error"
        assert set(properties) == {"file", "line", "title"}
        assert read_back(text).strip("—") in read_back(said)
        assert read_back(properties["file"]) == read_back(text)


@pytest.mark.parametrize(("count", "lines"), [(0, 0), (1, 1), (10, 10), (11, 10), (500, 10)])
def test_ten_at_most_of_each_kind_and_the_last_counts_the_rest(count: int, lines: int) -> None:
    errors = [violation(urn=f"urn:{index}") for index in range(count)]
    advice = [violation(urn=f"urn:{index}", level="advisory") for index in range(count)]
    found = annotations(holding(*advice, *errors))
    kinds = [parsed(line)[0] for line in found]
    assert kinds == ["error"] * lines + ["warning"] * lines
    if count > 10:
        assert f"and {count - 9} more" in found[9]


# the command, and where violations are shown


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a spec two folders down, and a plan of it."""
    (tmp_path / ".git").mkdir()
    here = tmp_path / "infra"
    (here / "workloads").mkdir(parents=True)
    (here / "Pulumi.yaml").write_text("name: fleet\nruntime: python\n")
    (here / "workloads" / "chat.yaml").write_text(
        "name: chat\nmodel: meta-llama/Llama-3.1-8B-Instruct\n\nload:\n  qps: 5\nbudget:\n"
        "  usd_per_month: 9000\n"
    )
    monkeypatch.chdir(here)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return here


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli._run(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_line_that_binds_is_the_budget_of_the_spec(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, plan, _ = run(capsys, "plan", "workloads/chat.yaml", "--format", "json")
    assert code == 0
    (project / "plan.json").write_text(plan)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    code, out, err = run(capsys, "check", "plan.json", "--budget", "100", "--format", "sarif")
    assert code == 7
    place = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "infra/workloads/chat.yaml"
    assert place["region"] == {"startLine": 7}
    assert err.startswith("::error file=infra/workloads/chat.yaml,line=7,title=budget%3A over_budget::")
    _, out, _ = run(capsys, "check", "plan.json", "--budget", "100", "--format", "junit")
    assert 'file="infra/workloads/chat.yaml" line="7"' in out
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert "::error" not in run(capsys, "check", "plan.json", "--budget", "100")[2]


def test_without_a_budget_the_load_binds_and_without_a_spec_the_program(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = project / "workloads" / "chat.yaml"
    spec.write_text(spec.read_text().partition("budget")[0])
    plan = run(capsys, "plan", "workloads/chat.yaml", "--format", "json")[1]
    (project / "plan.json").write_text(plan)

    def place() -> tuple[str, int]:
        out = run(capsys, "check", "plan.json", "--budget", "100", "--format", "sarif")[1]
        found = json.loads(out)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        return found["artifactLocation"]["uri"], found["region"]["startLine"]

    assert place() == ("infra/workloads/chat.yaml", 5)
    spec.write_text("load: [")
    assert place() == ("infra/Pulumi.yaml", 1)
    (project / "Pulumi.yaml").write_text("name: fleet\nruntime: python\nmain: program\n")
    (project / "program").mkdir()
    (project / "program" / "__main__.py").write_text("")
    assert place() == ("infra/program/__main__.py", 1)
    (project / "Pulumi.yaml").unlink()
    assert place() == ("infra/plan.json", 1)


def test_a_manifest_is_its_own_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pool.yaml").write_text(
        "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: gpu}\n"
        "spec: {template: {spec: {nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: x}, "
        "requirements: []}}}\n"
    )
    code, out, _ = run(capsys, "check", "pool.yaml", "--region", "us-east-1", "--format", "sarif")
    assert code == 7
    uris = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in json.loads(out)["runs"][0]["results"]
    }
    assert uris == {"infra/pool.yaml"}


def test_caps_have_no_such_format(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "plan.json").write_text(run(capsys, "plan", "workloads/chat.yaml", "--format", "json")[1])
    code, out, err = run(capsys, "check", "plan.json", "--caps", "--format", "sarif")
    assert (code, out) == (2, "")
    assert "choose from text, md, json" in err
