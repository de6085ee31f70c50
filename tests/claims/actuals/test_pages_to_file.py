"""One page a month that finance can file, and one for each team of it; specs that expired are named."""

from decimal import Decimal
from pathlib import Path

import cmarkgfm
import pytest

from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.text import lock_text
from tests.claims.actuals.asked import Asking, row_of
from tests.make.bills import (
    NODE_TYPE,
    NODE_USD,
    a_month_as_planned,
    days,
    example,
    focus_row,
    opencost,
    written,
)
from tests.make.locks import locked
from tests.make.places import ROOT

BOTH = "2026-10-01..2026-12-01"


def pages(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def test_each_month_has_a_page_of_all_and_one_of_each_team(asking: Asking, tmp_path: Path) -> None:
    other = locked(tmp_path, "agents-gpt-oss")[1]
    rows = a_month_as_planned() + a_month_as_planned("2026-11-01..2026-12-01")
    rows.append(focus_row(days()[0], "100", workload="agents-gpt-oss", type="p5.48xlarge"))
    bill = written(tmp_path / "bill.csv", rows)
    more = ("--plan", str(other), "--out", str(tmp_path / "pages"))
    found = asking.answer("focus", bill, *more, window=BOTH)
    left = pages(tmp_path / "pages")
    assert len(found["owners"]) == 2
    assert len(left) == 2 * (1 + len(found["owners"]))
    october = asking.answer("focus", bill, "--plan", str(other))
    for owner in october["owners"]:
        (text,) = [
            text for name, text in left.items()
            if name.startswith("2026-10-") and f"`{owner['workloads'][0]}`" in text
        ]  # fmt: skip
        html = cmarkgfm.github_flavored_markdown_to_html(text)
        assert owner["team"] in text
        assert f"planned ${Decimal(owner['plan']):,.2f}, actual ${Decimal(owner['actual']):,.2f}" in html
        others = {name for each in october["owners"] for name in each["workloads"]} - {*owner["workloads"]}
        assert not any(f"`{name}`" in text for name in others)
        for name in owner["workloads"]:
            assert f"${Decimal(row_of(october, name)['actual']):,.2f}" in html
    assert all(text.startswith("<!-- plimsoll:actual page v1 -->\n# ") for text in left.values())


def test_a_page_counts_the_days_of_its_month(asking: Asking, tmp_path: Path) -> None:
    rows = a_month_as_planned() + a_month_as_planned("2026-11-01..2026-12-01")
    asking.answer(
        "focus", written(tmp_path / "bill.csv", rows), "--out", str(tmp_path / "pages"), window=BOTH
    )
    left = pages(tmp_path / "pages")
    assert "744 hours" in left["2026-10.md"]
    assert "720 hours" in left["2026-11.md"]
    assert f"${744 * NODE_USD + 8:,.2f}" in left["2026-10.md"]
    assert f"${720 * NODE_USD + 8:,.2f}" in left["2026-11.md"]


def test_a_page_counts_the_idle_money_of_its_month(asking: Asking, tmp_path: Path) -> None:
    """Two days of October and three of November, each of a GPU of $60 that was busy half of the time."""
    node = {"gpuHours": 24, "gpuCount": 1, "gpuCost": 60, "gpuUsageAverage": 0.5}
    bill = opencost(tmp_path / "oc.json", *([{"chat-8b": node}] * 5), day="2026-10-30")
    whole = asking.answer("opencost", bill, "--out", str(tmp_path / "pages"), window=BOTH)
    assert row_of(whole, "chat-8b")["idle"]["engine_idle_usd"] == "150.00"
    left = pages(tmp_path / "pages")
    for name, usd in (("2026-10.md", "60.00"), ("2026-11.md", "90.00")):
        assert f"${usd}" in left[name]
        assert "$150.00" not in left[name]


def test_months_of_which_the_bill_has_nothing_have_no_page(asking: Asking, tmp_path: Path) -> None:
    bill = written(tmp_path / "bill.csv", a_month_as_planned())
    asking.answer("focus", bill, "--out", str(tmp_path / "pages"), window=BOTH)
    assert {name[:7] for name in pages(tmp_path / "pages")} == {"2026-10"}


def test_pages_are_written_again_and_files_of_others_are_kept(asking: Asking, tmp_path: Path) -> None:
    bill, folder = written(tmp_path / "bill.csv", example()), tmp_path / "pages"
    asking.answer("focus", bill, "--out", str(folder))
    once = pages(folder)
    asking.answer("focus", bill, "--out", str(folder))
    assert pages(folder) == once
    (folder / "2026-10.md").write_text("minutes of a meeting", encoding="utf-8")
    assert "not written by this command" in asking.refused(2, "focus", bill, "--out", str(folder))
    assert (folder / "2026-10.md").read_text(encoding="utf-8") == "minutes of a meeting"
    asking.answer("focus", bill, "--out", str(folder), "--force")
    assert pages(folder) == once


def team_lock(folder: Path, team: str, *, expires: str = "", name: str = "chat-8b") -> Path:
    spec = folder / f"{name}.yaml"
    text = (ROOT / "workloads" / "chat-8b.yaml").read_text(encoding="utf-8")
    owner = next(line for line in text.splitlines() if line.startswith("owner:"))
    text = text.replace("name: chat-8b", f"name: {name}").replace(
        owner, f'owner: {{team: "{team}", cost_center: "47_11", environment: prod}}'
    )
    spec.write_text(text + (f'expires: "{expires}"\n' if expires else ""), encoding="utf-8")
    lock = spec.with_name(f"{name}.lock.json")
    lock.write_text(lock_text(make_lock(spec, LockTerms())), encoding="utf-8")
    return lock


def test_a_file_is_named_after_its_team_in_plain_letters(asking: Asking, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    asking.lock = team_lock(folder, "Search.Infra")
    asking.answer(
        "focus", written(tmp_path / "bill.csv", a_month_as_planned()), "--out", str(tmp_path / "pages")
    )
    assert set(pages(tmp_path / "pages")) == {"2026-10.md", "2026-10-search-infra-47-11.md"}


def test_two_teams_whose_names_make_one_file_have_two(asking: Asking, tmp_path: Path) -> None:
    folder, second = tmp_path / "own", tmp_path / "other"
    for each in (folder, second):
        each.mkdir()
    asking.lock = team_lock(folder, "search.x")
    other = team_lock(second, "search-x", name="chat-two")
    bill = written(tmp_path / "bill.csv", a_month_as_planned())
    asking.answer("focus", bill, "--plan", str(other), "--out", str(tmp_path / "pages"))
    left = pages(tmp_path / "pages")
    assert set(left) == {"2026-10.md", "2026-10-search-x-47-11.md", "2026-10-search-x-47-11-2.md"}
    assert {"`chat-8b`" in text for name, text in left.items() if name != "2026-10.md"} == {True, False}


def test_a_spec_that_expired_is_named_with_what_it_still_cost(asking: Asking, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    asking.lock = team_lock(folder, "search", expires="2026-10-21")
    bill = written(tmp_path / "bill.csv", a_month_as_planned())
    found = asking.answer("focus", bill, "--out", str(tmp_path / "pages"))
    (expired,) = found["expired"]
    assert expired == {
        "name": "chat-8b", "team": "search", "expires": "2026-10-21",
        "usd_after": f"{10 * 24 * NODE_USD:.2f}", "last_day": "2026-10-31",
    }  # fmt: skip
    for name, text in pages(tmp_path / "pages").items():
        assert "expired on `2026-10-21`" in text or "expired on 2026-10-21" in text, name
    assert "expired on 2026-10-21" in asking.call("focus", bill)[1]


@pytest.mark.parametrize("expires", ["2026-10-31", "2026-11-15"])
def test_a_spec_is_good_on_its_last_day(asking: Asking, tmp_path: Path, expires: str) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    asking.lock = team_lock(folder, "search", expires=expires)
    assert asking.answer("focus", written(tmp_path / "bill.csv", a_month_as_planned()))["expired"] == []


def test_one_that_expired_and_costs_nothing_is_said_too(asking: Asking, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    asking.lock = team_lock(folder, "search", expires="2026-09-30")
    bill = written(tmp_path / "bill.csv", [focus_row(days()[0], 3, workload="shared", type=NODE_TYPE)])
    (expired,) = asking.answer("focus", bill)["expired"]
    assert (expired["usd_after"], expired["last_day"]) == ("0.00", None)
    assert "has cost nothing since" in " ".join(asking.call("focus", bill)[1].split())
