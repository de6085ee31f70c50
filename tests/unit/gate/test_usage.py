"""`usageAllowance` is one line a glob in the ceiling for what bills by use; a glob of nothing is refused."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.gate.session import Session
from plimsoll.gate.settings import Settings, read_settings
from plimsoll.gate.verdict import Verdict
from plimsoll.ground.problems import SpecError
from tests.make.graph_files import export, state
from tests.make.graphs import resource

BUCKET, QUEUE = "aws:s3/bucket:Bucket", "aws:sqs/queue:Queue"
ADDRESS = Decimal("3.65")


def judged(folder: Path, allowance: Any, *tokens: tuple[str, str], **asked: str) -> Verdict:
    inputs = [state(token, name, {}) for token, name in tokens]
    (folder / "state.json").write_text(json.dumps(export(*inputs, state("aws:ec2/eip:Eip", "ip", {}))))
    config = {"unpriced-cost": {"usageAllowance": allowance}}
    (folder / "policies.json").write_text(json.dumps(config))
    files = Asked(
        (str(folder / "state.json"),), "2026-11-28", policy_config=str(folder / "policies.json"), **asked
    )
    return check(read_asked(files))


def used(verdict: Verdict) -> dict[str, Decimal]:
    return {
        line.item.removeprefix("use allowed for "): line.usd_per_month
        for line in verdict.lines
        if line.item.startswith("use allowed")
    }


TWO_BUCKETS = ((BUCKET, "a"), (BUCKET, "b"), (QUEUE, "q"))


def test_a_glob_is_one_line_in_the_ceiling_only(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"aws:s3/*": 120.5}, *TWO_BUCKETS, region="us-east-1")
    assert used(verdict) == {"aws:s3/*": Decimal("120.50")}
    assert verdict.usd_per_month.ceiling == ADDRESS + Decimal("120.50")
    assert verdict.usd_per_month.floor == ADDRESS
    named = [(each.urn.rpartition("::")[2], each.allowance) for each in verdict.by_use]
    assert named == [("b", "aws:s3/*"), ("q", None)]
    assert verdict.verdict == "pass"


def test_a_urn_beats_a_type_and_the_longer_glob_wins(tmp_path: Path) -> None:
    globs = {"aws:*": 7, "aws:s3/*": 20, "*::b": 300}
    verdict = judged(tmp_path, globs, *TWO_BUCKETS, region="us-east-1")
    assert used(verdict) == {"*::b": 300, "aws:s3/*": 20, "aws:*": 7}
    by_line = {line.item.removeprefix("use allowed for "): line.urn for line in verdict.lines}
    assert by_line["*::b"].endswith("::b")
    assert by_line["aws:s3/*"].endswith("::a")
    assert by_line["aws:*"].endswith("::q")
    assert verdict.by_use == ()


def test_a_glob_that_is_beaten_everywhere_is_no_mistake_and_no_line(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"aws:s3/*": 5, BUCKET: 9}, (BUCKET, "a"), region="us-east-1")
    assert used(verdict) == {BUCKET: 9}


def test_the_amount_counts_in_the_budget(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"aws:s3/*": 120}, *TWO_BUCKETS, region="us-east-1", budget="100")
    assert [violation.code for violation in verdict.violations] == ["over_budget"]


@pytest.mark.parametrize("glob", ["aws:s4/*", "*::nobody", "", "aws:ec2/eip:Eip", "aws:iam/*"])
def test_a_glob_that_matches_nothing_is_a_mistake(tmp_path: Path, glob: str) -> None:
    with pytest.raises(SpecError) as caught:
        judged(tmp_path, {glob: 5, "aws:sqs/*": 1}, *TWO_BUCKETS)
    (problem,) = caught.value.problems
    assert "matches nothing" in problem.what
    assert problem.file.endswith("policies.json")
    assert problem.path == "unpriced-cost.usageAllowance"


@pytest.mark.parametrize(
    "amount", ["5", "1,000", None, -1, 0, True, [], {"usd": 5}, float("nan"), float("inf")]
)
def test_an_amount_that_is_no_positive_number_is_a_mistake(amount: Any) -> None:
    with pytest.raises(SpecError) as caught:
        read_settings({"unpriced-cost": {"usageAllowance": {"aws:s3/*": amount}}}, "policies.json")
    assert [problem.path for problem in caught.value.problems] == ["unpriced-cost.usageAllowance.aws:s3/*"]


def test_an_amount_is_read_without_the_noise_of_a_binary_float(tmp_path: Path) -> None:
    assert used(judged(tmp_path, {BUCKET: 0.1 + 0.2}, (BUCKET, "a")))[BUCKET] == Decimal("0.30")


def _session(allowance: dict[str, float], budget: float) -> Session:
    values = {"unpriced-cost": {"usageAllowance": allowance}, "budget": {"usdPerMonth": budget}}
    return Session(load(), Settings(values=values), region="us-east-1")


def test_a_preview_counts_the_line_once_and_judges_alike_at_the_end() -> None:
    session = _session({"aws:s3/*": 60}, budget=100)
    buckets = [resource(BUCKET, name) for name in "abc"]
    assert [session.register(each) for each in buckets] == [[], [], []]
    verdict = session.finish()
    assert verdict.verdict == "pass"
    assert verdict.usd_per_month.ceiling == 60


def test_a_preview_whose_allowance_matches_nothing_is_refused() -> None:
    session = _session({"aws:sqs/*": 60}, budget=100)
    session.register(resource(BUCKET))
    assert [each.code for each in session.finish().violations] == ["invalid_value"]
