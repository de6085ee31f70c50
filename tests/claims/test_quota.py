"""The quotas that plans need are counted to the vCPU, and held against a file or an account."""

import json
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.refresh import account
from plimsoll.cli.main import main
from tests.make.aws_answers import NOW, Pages, StubbedAccount
from tests.make.locks import locked
from tests.make.places import ROOT

SPEC = str(ROOT / "workloads" / "chat-8b.yaml")
P5 = ["--set", "capacity.allow=[p5.48xlarge]", "--set", "budget=null", "--region", "us-east-1"]
P_ON_DEMAND, P5_SPOT = "L-417A185B", "L-C4BD4855"
METRICS = ("cloudwatch", "get_metric_statistics")
QUOTAS = ("service-quotas", "list_service_quotas")


def ask(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as ending:
        main(["quota", SPEC, "--format", "json", *arguments])
    said = capsys.readouterr()
    return int(ending.value.code or 0), said.err if ending.value.code == 5 else json.loads(said.out)


def quotas_file(folder: Path, text: str) -> list[str]:
    path = folder / "quotas.yaml"
    path.write_text(text)
    return ["--quotas", str(path)]


def vcpus_of_p5() -> int:
    """One node at the limit, and one in flight above it."""
    return 192 * 2


def test_a_lock_stands_for_the_plan_that_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec, lock = locked(tmp_path)

    def said(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ending:
            main(["quota", *map(str, arguments)])
        return int(ending.value.code or 0), capsys.readouterr().out

    alone, photos = said(spec), ROOT / "workloads" / "photo-tags.yaml"
    together = said(spec, photos)
    spec.unlink()
    assert (said(lock), said(lock, photos)) == (alone, together)
    assert (alone[0], alone != together) == (0, True)
    assert said(lock, "--set", "load.qps=9") == (2, "")


def test_without_an_account_the_need_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    code, report = ask(P5, capsys)
    assert code == 0
    assert report["quotas"] == [
        {
            "code": P_ON_DEMAND,
            "name": "Running On-Demand P instances",
            "region": "us-east-1",
            "need_vcpus": vcpus_of_p5(),
            "applied_vcpus": None,
            "in_use_vcpus": None,
            "short_vcpus": None,
        }
    ]


@pytest.mark.parametrize(
    ("applied", "code", "short"), [(64, 3, 320), (383, 3, 1), (384, 0, 0), (9_999, 0, 0)]
)
def test_a_file_says_what_is_applied(
    tmp_path: Path, applied: int, code: int, short: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found, report = ask([*P5, *quotas_file(tmp_path, f"quotas: {{{P_ON_DEMAND}: {applied}}}\n")], capsys)
    assert (found, report["quotas"][0]["short_vcpus"]) == (code, short)


def test_spot_has_a_quota_of_its_own_and_needs_the_other_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = quotas_file(tmp_path, f"quotas:\n  {P_ON_DEMAND}: 9999\n  {P5_SPOT}: 64\n")
    code, report = ask([*P5, "--set", "capacity.spot=prefer", "--set", "load.qps=400", *file], capsys)
    found = {quota["code"]: quota for quota in report["quotas"]}
    assert code == 3
    assert set(found) == {P_ON_DEMAND, P5_SPOT}
    assert found[P_ON_DEMAND]["short_vcpus"] == 0
    assert found[P5_SPOT]["short_vcpus"] == found[P5_SPOT]["need_vcpus"] - 64
    assert found[P_ON_DEMAND]["need_vcpus"] >= found[P5_SPOT]["need_vcpus"] > 64


def quota(code: str, vcpus: float) -> dict[str, Any]:
    return {
        "ServiceCode": "ec2",
        "QuotaCode": code,
        "QuotaName": code,
        "Value": vcpus,
        "UsageMetric": {
            "MetricNamespace": "AWS/Usage",
            "MetricName": "ResourceCount",
            "MetricDimensions": {"Class": "P/OnDemand", "Resource": "vCPU", "Service": "EC2"},
            "MetricStatisticRecommendation": "Maximum",
        },
    }


def pages(applied: float, *used: float) -> Pages:
    return {
        QUOTAS: [{"Quotas": [quota("L-00000000", 5), quota(P_ON_DEMAND, applied)]}],
        METRICS: [
            {"Label": "ResourceCount", "Datapoints": [{"Timestamp": NOW, "Maximum": each} for each in used]}
        ],
    }


def with_account(answers: StubbedAccount, capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(account, "AwsAccount", lambda _: answers)
        return ask([*P5, "--profile", "platform"], capsys)


@pytest.mark.parametrize(
    ("applied", "used", "code", "in_use", "short"),
    [(64, (0,), 3, 0, 320), (576, (192,), 0, 192, 0), (575, (192,), 3, 192, 1), (384, (), 0, None, 0)],
)
def test_an_account_says_what_is_applied_and_in_use(
    applied: int, used: tuple[int, ...], code: int, in_use: int | None, short: int,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    found, report = with_account(StubbedAccount(pages(applied, *used)), capsys)
    (held,) = report["quotas"]
    assert found == code
    assert (held["applied_vcpus"], held["in_use_vcpus"], held["short_vcpus"]) == (applied, in_use, short)


@pytest.mark.parametrize(
    ("at", "call"), [(1, "servicequotas:ListServiceQuotas"), (2, "cloudwatch:GetMetricStatistics")]
)
@pytest.mark.parametrize("fault", ["throttle", "denied", "timeout"])
def test_an_account_that_cannot_be_read_is_said_with_call_and_region(
    at: int, call: str, fault: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = StubbedAccount(pages(64, 0), fault, at)
    code, said = with_account(answers, capsys)
    assert code == 5
    assert f"{call} in us-east-1" in said


def test_an_account_without_the_quota_is_not_taken_for_one_with_room(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = StubbedAccount({QUOTAS: [{"Quotas": [quota("L-00000000", 5)]}]})
    code, said = with_account(answers, capsys)
    assert code == 5
    assert f"NoSuchQuota; the account has no quota {P_ON_DEMAND}" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quotas:\n  L-417A185B: 8.5\n", ":2:15: quotas.L-417A185B: 8.5 is no number of vCPU"),
        ("quotas:\n  L-417A185B: -1\n", ":2:15: quotas.L-417A185B: -1 is no number of vCPU"),
        ("quotas:\n  L-417a: 8\n", ":2:3: quotas.L-417a: no quota of EC2 has the code 'L-417a'"),
        ("quotas: 3\n", "quotas: quotas are no mapping of codes to vCPU"),
        ("quota:\n  L-417A185B: 8\n", ":1:1: quota: unknown key 'quota'; did you mean 'quotas'?"),
        ("{}\n", "quotas: quotas are missing"),
    ],
)
def test_each_wrong_value_of_the_file_has_its_place(
    tmp_path: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["quota", SPEC, *quotas_file(tmp_path, text)])
    assert ending.value.code == 2
    assert said in capsys.readouterr().err


def test_the_table_has_a_line_for_each_quota(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["quota", SPEC, *P5])
    assert f"{P_ON_DEMAND}  Running On-Demand P instances  us-east-1   384" in capsys.readouterr().out
