"""The weekly report says what moved since the lock, planned again, and what to look after."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import main
from tests.make.command import inside
from tests.make.metrics import queries
from tests.make.places import ROOT


class Week:
    """A lock of chat-8b beside its spec, and the report of a window."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec, self.lock = folder / "chat-8b.yaml", folder / "chat-8b.lock.json"
        shutil.copy(ROOT / "workloads" / "chat-8b.yaml", folder)

    def locked(self, *changes: tuple[str, str]) -> "Week":
        self.edit(*changes)
        assert inside("lock", str(self.spec), "--replace").returncode == 0
        return self

    def edit(self, *changes: tuple[str, str]) -> None:
        text = self.spec.read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.spec.write_text(text, encoding="utf-8")

    def told(self, *more: str, qps: float = 5.0) -> Any:
        metrics = self.folder / "metrics.json"
        metrics.write_text(queries(20, qps=qps), encoding="utf-8")
        return inside("rightsize", "--lock", str(self.lock), "--metrics", str(metrics), *more)

    def report(self, *more: str, qps: float = 5.0) -> dict[str, Any]:
        done = self.told("--format", "json", *more, qps=qps)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def diff(self, *more: str) -> dict[str, Any]:
        done = inside("diff", str(self.lock), str(self.spec), "--format", "json", *more)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["workloads"][0]


@pytest.fixture
def week(tmp_path: Path) -> Week:
    return Week(tmp_path)


def about(report: dict[str, Any], what: str) -> list[str]:
    return [f"{each['text']}: {each['do']}" for each in report["reminders"] if each["about"] == what]


def test_where_nothing_moved_it_says_so(week: Week) -> None:
    (found,) = week.locked().report()["since_lock"]
    assert (found["state"], found["spec_changes"], found["why_not"]) == ("same", [], None)
    assert found["was"] == found["now"]
    assert "nothing moved" in week.told().stdout


def test_a_spec_that_changed_is_told_as_the_diff_tells_it(week: Week) -> None:
    week.locked().edit(("qps: 5", "qps: 9"))
    (found,), diff = week.report()["since_lock"], week.diff()
    assert found["state"] == "changed"
    assert found["causes"] == diff["causes"]
    assert (found["was"], found["now"]) == (diff["was"]["usd_per_month"], diff["now"]["usd_per_month"])
    assert [each["path"] for each in found["spec_changes"]] == ["load.qps.peak"]
    page = week.told("--format", "md").stdout
    assert "### What moved since the lock" in page
    assert "`load.qps.peak`" in page


def test_prices_that_moved_are_a_cause_and_a_reminder(week: Week) -> None:
    week.locked()
    prices = week.folder / "prices"
    with pytest.raises(SystemExit) as ending:
        main(["prices", "refresh", "--from-bulk", str(ROOT / "tests/cases/offers"), "--out", str(prices)])
    assert ending.value.code in (0, None)
    report = week.report("--prices", str(prices))
    (found,), diff = report["since_lock"], week.diff("--prices", str(prices))
    assert found["causes"] == diff["causes"]
    assert found["now"] == diff["now"]["usd_per_month"]
    assert any("are here" in text for text in about(report, "prices"))


def test_in_a_cluster_the_lock_alone_is_enough(week: Week) -> None:
    """The job of --cron-job holds the lock, and no spec beside it."""
    week.locked().spec.unlink()
    (found,) = week.report()["since_lock"]
    assert (found["state"], found["why_not"]) == ("same", None)


def test_a_spec_that_cannot_be_read_keeps_the_report(week: Week) -> None:
    week.locked().edit(("qps: 5", "qps: five"))
    (found,) = week.report()["since_lock"]
    assert found["state"] is None
    assert "load.qps" in found["why_not"]
    assert "not planned again" in week.told().stdout


def test_old_prices_are_old_by_the_window_and_not_by_a_clock(week: Week) -> None:
    """The metrics end in November: the newest prices of the package are of August."""
    report = week.locked().report()
    (text,) = about(report, "prices")
    assert "days before 20" in text
    assert text.endswith("plimsoll prices refresh")


def test_a_proposal_that_needs_more_of_a_quota_says_so_first(week: Week) -> None:
    week.locked(("usd_per_month: 4000", "usd_per_month: 90000"))
    calm, busy = week.report(), week.report(qps=25.0)
    assert len(about(calm, "quota")) == 1
    (proposal,) = busy["proposals"]
    more = [each for each in proposal["quotas"] if each["need_vcpus"] > each["lock_vcpus"]]
    assert more
    raised = [text for text in about(busy, "quota") if "the proposal needs" in text]
    assert len(raised) == len(more)
    assert f"{more[0]['need_vcpus']:,} vCPU of {more[0]['name']} ({more[0]['code']})" in raised[0]


def test_a_spec_that_expired_while_it_served_is_named(week: Week) -> None:
    week.locked(("load:", 'expires: "2026-01-31"\nload:'))
    (text,) = about(week.report(), "expires")
    assert "expired on 2026-01-31, and it still served on" in text
