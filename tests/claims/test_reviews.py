"""A review says what a change costs in one comment: its stories, its bars, and nothing in it is forged."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.review.comment.comment import Origin
from plimsoll.review.comment.comment import Review as Told
from plimsoll.review.comment.report import CheckReport, read_report
from plimsoll.review.comment.way_back import ceiling_of
from plimsoll.show.comment.markdown import LONGEST, as_github, as_gitlab
from plimsoll.show.comment.summary import LONGEST_BYTES, as_summary
from plimsoll.show.formats import write
from plimsoll.show.markdown import units
from tests.make.command import inside, plimsoll
from tests.make.golden_reviews import ORIGIN, Review, reviews, written
from tests.make.places import CASES
from tests.make.rendered import Page, read_back

REVIEWS = reviews()
NAMES = [review.name for review in REVIEWS]
SILENT = 300
"""UTF-16 units of a comment that says that nothing changed, less its first line, link and dates."""


@cache
def made(name: str) -> Told:
    return REVIEWS[NAMES.index(name)].comment()


@pytest.mark.parametrize("review", REVIEWS, ids=NAMES)
def test_the_comment_is_as_a_person_last_read_it(review: Review) -> None:
    assert review.stored() == written(made(review.name)), "'make golden' rewrites it, then read the diff"


def test_every_story_is_told() -> None:
    told = {"cheaper", "dearer", "over-budget", "refused", "price-only", "tool-only", "new", "removed"}
    of_runs = {"run-dearer", "run-on-spot", "run-over-budget", "run-refused", "run-sooner"}
    assert told | of_runs | {"exemption", "cannot-price", "no-change", "fifty-workloads"} <= set(NAMES)
    assert all(review.story.endswith(".") for review in REVIEWS)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_line_is_the_marker_and_the_next_the_verdict(name: str) -> None:
    first, second, *_ = as_github(made(name)).split("\n")
    assert first == "<!-- plimsoll:review v1 key=dev head=0123abc run=42 -->"
    assert re.fullmatch(r"#### ⚓ Plimsoll: ceiling \*\*[^*`<>@\[\]]+\*\* a (month|run)[^*`<>@\[\]]*", second)
    assert ("✅" in second) != ("❌" in second)


def test_nothing_changed_is_one_short_line() -> None:
    lines = as_github(made("no-change")).split("\n")[1:]
    body = "\n".join(line for line in lines if "<sub>" not in line)
    assert units(body) <= SILENT
    assert units("\n".join(lines)) <= SILENT
    assert "no change · ✅" in body


def test_fifty_workloads_fit_and_the_one_that_moved_stands_first() -> None:
    text = as_github(made("fifty-workloads"))
    assert units(text) <= LONGEST
    rows = [line for line in text.split("\n") if line.startswith("| `")]
    assert rows[0].startswith("| `workload-01` |")
    assert "49 unchanged" in text


def test_fifty_workloads_that_all_moved_fit_too() -> None:
    text = as_github(_many(50))
    assert units(text) <= LONGEST
    assert "and 40 more that changed, below" in text
    assert re.search(r"… and \d+ more; `plimsoll diff` has all", text)


def _many(count: int) -> Told:
    """A comment with the workload of a story many times, under names of the longest that a spec may have."""
    one = made("over-budget")
    (workload,) = one.diff.workloads
    names = [f"{'w' * 59}-{number:03}" for number in range(count)]
    several = tuple(replace(workload, name=name) for name in names)
    over = tuple(replace(one.over[0], name=name) for name in names)
    return Told(one.origin, replace(one.diff, workloads=several), over)


def test_the_same_is_said_on_gitlab_and_in_the_summary() -> None:
    one = made("over-budget")
    assert as_gitlab(one) == as_github(one)
    summary = as_summary(replace(one, plan="## Plan\n"))
    assert "plimsoll:review" not in summary
    assert as_github(one).split("\n")[1] == summary.split("\n")[0]
    assert summary.endswith("## Plan\n")


def test_a_summary_is_cut_between_lines_before_it_is_too_long() -> None:
    long = as_summary(replace(made("over-budget"), plan="é · a line of the plan\n" * 60_000))
    assert len(long.encode()) <= LONGEST_BYTES
    assert long.endswith("`plimsoll plan --format md` has all\n")


def test_no_dollar_of_a_run_is_added_to_a_month() -> None:
    """A service and two runs, one of them without a month: the total is that of the service and the other."""
    document = made("run-dearer").diff
    by_name = {each.name: each for each in document.workloads}
    month, run = by_name["tone"].month, by_name["tone"].change
    assert month is not None
    assert Decimal(document.total.change.ceiling or 0) == Decimal(month.change.ceiling or 0)
    assert Decimal(month.change.ceiling or 0) == 4 * Decimal(run.ceiling or 0)
    alone = made("run-on-spot").diff
    assert alone.total.not_monthly == ("legal",)
    assert alone.total.change.ceiling == "0.00"


def test_many_runs_of_no_month_have_no_sum() -> None:
    one = made("run-on-spot")
    (workload,) = one.diff.workloads
    several = tuple(replace(workload, name=f"run-{number:02}") for number in range(50))
    names = tuple(each.name for each in several)
    document = replace(one.diff, workloads=several, total=replace(one.diff.total, not_monthly=names))
    text = as_github(replace(one, diff=document))
    assert units(text) <= LONGEST
    assert "Plimsoll: **50** runs of no month, each by the run" in text.split("\n")[1]
    assert "and 40 more that changed, below" in text


def test_totals_and_rows_are_those_of_the_plans() -> None:
    document = made("fifty-workloads").diff
    changes = [Decimal(each.change.ceiling or 0) for each in document.workloads]
    assert Decimal(document.total.change.ceiling or 0) == sum(changes)
    assert changes[0] == Decimal("1503.19")


@pytest.mark.parametrize("name", ["over-budget", "refused", "run-over-budget", "run-refused"])
def test_every_way_back_comes_true_when_it_is_applied(name: str) -> None:
    review = REVIEWS[NAMES.index(name)]
    tried = 0
    for stuck in made(name).over:
        spec = review.folder / "head" / f"{stuck.name}.yaml"
        for way in stuck.ways:
            setting = f"{way.change}={json.dumps(way.to)}"
            ran = plimsoll(
                "plan", str(spec), "--on", review.said["date"], "--format", "json", "--set", setting
            )
            assert ran.returncode == 0, (setting, ran.stderr)
            cost, of_run = json.loads(ran.stdout)["cost"], way.usd_per_run_ceiling
            told = cost["usd_per_month"]["ceiling"] if of_run is None else cost["usd_per_run"]["ceiling"]
            assert told == (of_run or way.usd_per_month_ceiling), setting
            tried += 1
        ceilings = [ceiling_of(way) for way in stuck.ways]
        assert ceilings == sorted(ceilings)
    assert tried >= 2


def test_a_change_comes_back_no_further_than_it_must() -> None:
    """One request per second more than the way back says, and it is over the budget again."""
    (stuck,) = made("over-budget").over
    way = next(way for way in stuck.ways if way.change == "load.qps.peak")
    spec = CASES / "reviews" / "over-budget" / "head" / "support-chat.yaml"
    more = inside("plan", str(spec), "--on", "2026-08-10", "--set", f"load.qps.peak={way.to + 1}")
    assert more.returncode == 4


HOSTILE = yaml.safe_load((CASES / "injection.yaml").read_text(encoding="utf-8"))
TEXTS = [text for group in HOSTILE.values() for text in group]


def _report(text: str) -> CheckReport:
    """A report in which everything that may come from outside is one text."""
    violation = {"policy": text, "level": "mandatory", "code": text, "urn": text, "message": text}
    exemption = {
        "policy": text,
        "allow_up_to_usd": "1.00",
        "owner": text,
        "approved_by": text,
        "reason": text,
        "expires": text,
    }
    report: dict[str, Any] = {
        "schema": "plimsoll.dev/check/v1",
        "verdict": "violation",
        "usd_per_month": {"floor": None, "ceiling": None},
        "budget": None,
        "violations": [violation],
        "exemptions_used": [exemption],
        "cannot_price": [{"urn": text, "message": text}],
    }
    return read_report(json.dumps(report), "check.json")


def _hostile(text: str) -> Told:
    """A comment in which everything that may come from outside is one text."""
    one = made("over-budget")
    (workload,) = one.diff.workloads
    (change,) = workload.spec_changes
    (flip,) = workload.flips
    named = replace(
        workload,
        name=text,
        spec_changes=(replace(change, path=text, from_=text, to=[text]),),
        flips=(replace(flip, was=text, now=text, message=text),),
        lines=tuple(replace(line, item=text, pool=text) for line in workload.lines),
    )
    over = replace(one.over[0], name=text)
    document = replace(one.diff, workloads=(named, replace(named, name=f"{text}2")))
    return Told(Origin(text, text, text), document, (over,), _report(text))


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_nothing_from_outside_acts_in_a_comment(text: str) -> None:
    for writer, ours in ((as_github, 1), (as_summary, 0)):
        page = Page(writer(_hostile(text)))
        assert len(page.comments) == ours, "the marker alone"
        assert [act for act in page.acting() if not act.startswith("comment")] == []
        (verdict,) = [text for tag, text in page.blocks if tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
        assert verdict.startswith("⚓ Plimsoll: ")
        assert verdict.endswith("❌ 1 resource cannot be priced")


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_text_from_outside_is_read_back_as_it_was(text: str) -> None:
    page = Page(as_github(_hostile(text)))
    cells = [cell for cell in page.texts("td") if cell]
    assert cells[0] == read_back(text)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_nothing_from_outside_acts_in_a_diff(text: str) -> None:
    page = Page(write("diff", "md", _hostile(text).diff))
    assert [act for act in page.acting() if act != "tag h3"] == []


def test_a_marker_cannot_be_closed_by_what_it_holds() -> None:
    first = as_github(_hostile("--> <b>x")).split("\n")[0]
    assert first.count("-->") == 1
    assert "<b>" not in first


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://x/a b", "https://x)[y](z", "<b>", ""])
def test_a_link_that_is_none_is_left_out(link: str) -> None:
    assert "[run]" not in as_github(replace(made("over-budget"), origin=replace(ORIGIN, link=link)))


def test_the_report_of_a_check_gives_the_verdict_and_the_exit_code(tmp_path: Path) -> None:
    """The whole way: a plan is checked, the comment says what the check said, and exits as it did."""
    folder = CASES / "reviews" / "dearer"
    spec, day = folder / "head" / "support-chat.yaml", ("--on", "2026-08-10")
    plan = tmp_path / "plan.json"
    plan.write_text(inside("plan", str(spec), *day, "--format", "json").stdout, encoding="utf-8")
    for budget, code, says in ((4000, 7, "❌ over by $1,875.69"), (9000, 0, "✅ within the line")):
        ran = inside("check", str(plan), "--budget", str(budget), *day, "--format", "json")
        report = tmp_path / "check.json"
        report.write_text(ran.stdout, encoding="utf-8")
        assert ran.returncode == code
        sides = ("--base", str(folder / "base" / "support-chat.yaml"), "--head", str(spec))
        said = inside("comment", *sides, *day, "--check", str(report))
        assert said.returncode == code, said.stderr
        assert f"· budget ${budget:,}.00 · {says}" in said.stdout.split("\n")[1]
