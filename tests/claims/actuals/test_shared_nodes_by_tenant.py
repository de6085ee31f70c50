"""Money of nodes that services share is split by tenant to the cent, and alike whichever bill it is of.

Who has what of a node is the plan's: of eight memory slots the example gives two to one, one to the other.
"""

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

import pytest

from plimsoll.cli.main import main
from plimsoll.plan.portfolio.groups.group import Allotment
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.text import lock_text
from tests.make.bills import OCTOBER, cost_explorer, cur_row, days, focus_row, opencost, written
from tests.make.places import ROOT
from tests.unit.plan.portfolio.test_turns import service

NODE_TYPE, NODE_USD = "p5.4xlarge", Decimal("6.88")
GROUP, TENANTS = "shared-rerank", ("rerank", "vetting")
HOURS = 744
"""Of October."""

ODD = Decimal("5118.73")
"""A month of the node that no third of is whole cents."""

EVERY = ["focus", "cur", "ce", "opencost"]


@cache
def _lock(name: str) -> str:
    return lock_text(make_lock(ROOT / "examples" / "sharing" / f"{name}.yaml", LockTerms()))


class Team:
    """Calls of the command with the locks of the example's two services, and its portfolio."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys, self.names = folder, capsys, TENANTS
        for name in TENANTS:
            copyfile(ROOT / "examples" / "sharing" / f"{name}.yaml", folder / f"{name}.yaml")
            (folder / f"{name}.lock.json").write_text(_lock(name))
        copyfile(ROOT / "examples" / "sharing" / "portfolio.yaml", folder / "portfolio.yaml")

    def call(self, kind: str, bill: Path, *more: str, joint: bool = True) -> tuple[int, str, str]:
        locks = [str(self.folder / f"{name}.lock.json") for name in self.names]
        asked = ["actual", "--plan", *locks, "--from", kind, str(bill), "--window", OCTOBER, *more]
        with pytest.raises(SystemExit) as ending:
            main(asked + (["--portfolio", str(self.folder / "portfolio.yaml")] if joint else []))
        said = self._capsys.readouterr()
        return int(ending.value.code or 0), said.out, said.err

    def answer(self, kind: str, bill: Path, *more: str, joint: bool = True) -> dict[str, Any]:
        code, out, err = self.call(kind, bill, "--format", "json", *more, joint=joint)
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def team(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Team:
    return Team(tmp_path, capsys)


def bill_of(kind: str, folder: Path, usd: Decimal, hours: int = HOURS) -> Path:
    """The same month of the shared node, as each publisher writes it."""
    first = days()[0]
    if kind == "focus":
        row = focus_row(first, usd, workload=GROUP, type=NODE_TYPE, ConsumedQuantity=hours)
        return written(folder / "focus.csv", [row])
    if kind == "cur":
        tags = json.dumps({"user_plimsoll_dev_workload": GROUP})
        more = {"product_instance_type": NODE_TYPE, "line_item_usage_amount": hours, "resource_tags": tags}
        return written(folder / "cur.csv", [cur_row(first, usd, **more)])
    if kind == "ce":
        usage = {"Key": "USAGE_TYPE", "Type": "DIMENSION"}
        start, end = OCTOBER.split("..")
        return cost_explorer(
            folder / "ce.json",
            [
                {
                    "keys": [f"plimsoll.dev/workload${GROUP}", f"BoxUsage:{NODE_TYPE}"],
                    "UnblendedCost": usd,
                    "AmortizedCost": usd,
                    "UsageQuantity": hours,
                }
            ],
            start=start,
            end=end,
            by=[usage],
        )
    # OpenCost splits by what pods ask for, here the other way round; the device plugin's are the group's.
    shares = {"rerank": "0.2", "vetting": "0.7", GROUP: "0.1"}
    step = {
        name: {"gpuHours": hours if name in TENANTS else 0, key: str(usd * Decimal(share))}
        for name, share in shares.items()
        for key in ["gpuCost" if name in TENANTS else "cpuCost"]
    }
    return opencost(folder / "opencost.json", step)


def sums(rows: Iterable[dict[str, Any]], key: str) -> Decimal:
    return sum((Decimal(row[key]) for row in rows), Decimal(0))


def rows_of(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in found["workloads"]}


@pytest.mark.parametrize("kind", EVERY)
def test_every_bill_is_split_alike_to_the_cent(team: Team, tmp_path: Path, kind: str) -> None:
    found = team.answer(kind, bill_of(kind, tmp_path, ODD))
    (nodes,) = found["shared_nodes"]
    assert (nodes["name"], nodes["actual"]) == (GROUP, str(ODD))
    assert [(each["name"], each["actual"]) for each in nodes["parts"]] == [
        ("rerank", "3412.49"),  # two thirds: 3,412.4866…
        ("vetting", "1706.24"),
    ]
    rows = rows_of(found)
    assert [rows[name]["actual"] for name in TENANTS] == ["3412.49", "1706.24"]
    assert found["others"] == []


@pytest.mark.parametrize("kind", EVERY)
def test_what_is_printed_adds_up(team: Team, tmp_path: Path, kind: str) -> None:
    """Parts to the nodes, causes to the difference, rows to the total; nothing counts twice."""
    found = team.answer(kind, bill_of(kind, tmp_path, ODD, hours=741))
    (nodes,) = found["shared_nodes"]
    for key in ("plan", "actual", "idle_plan", "idle_actual"):
        assert sums(nodes["parts"], key) == Decimal(nodes[key])
    for each in (*nodes["parts"], nodes, *found["workloads"]):
        causes = sum(map(Decimal, each["variance"].values()), Decimal(0))
        assert causes == Decimal(each["actual"]) - Decimal(each["plan"])
    for cause in nodes["variance"]:
        assert sums((each["variance"] for each in nodes["parts"]), cause) == Decimal(nodes["variance"][cause])
    for key in ("plan", "actual"):
        assert sums(found["workloads"], key) == Decimal(found["total"][key])
        assert sums(found["owners"], key) + Decimal(rows_of(found)["shared"][key]) == Decimal(
            found["total"][key]
        )
        assert sums(found["ledger"], key) == Decimal(found["total"][key])
    assert Decimal(found["total"]["actual"]) == ODD


def test_the_plan_is_that_of_the_portfolio_and_by_its_parts(
    team: Team, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = team.answer("focus", bill_of("focus", tmp_path, ODD))
    specs = [str(tmp_path / f"{name}.yaml") for name in TENANTS]
    with pytest.raises(SystemExit):
        main(["plan", *specs, "--portfolio", str(tmp_path / "portfolio.yaml"), "--format", "json"])
    (told,) = json.loads(capsys.readouterr().out)["portfolio"]["shared"]
    (nodes,) = found["shared_nodes"]
    assert [each["name"] for each in nodes["parts"]] == [each["name"] for each in told["parts"]]
    (volume,) = [each for each in nodes["items"] if each["unit"] == "GB-month"]
    per_month = Decimal(told["usd_per_month_expected"]) - Decimal(volume["plan"])
    assert Decimal(nodes["plan"]) == round(per_month * HOURS / 730 + Decimal(volume["plan"]), 2)
    for part, planned in zip(nodes["parts"], told["parts"], strict=True):
        share = Decimal(planned["usd_per_month_expected"]) / Decimal(told["usd_per_month_expected"])
        assert abs(Decimal(part["plan"]) - Decimal(nodes["plan"]) * share) < Decimal("0.02")


def test_idle_is_told_and_shared_out_by_the_same_weights(team: Team, tmp_path: Path) -> None:
    """Three of eight memory slots are somebody's: 62.5 % are not, and it is stated who pays for them."""
    (nodes,) = team.answer("focus", bill_of("focus", tmp_path, Decimal("800")))["shared_nodes"]
    assert (nodes["allocated_method"], nodes["idle_sharing"], nodes["idle_pct"]) == (
        "memory_slots",
        "weighted",
        62.5,
    )
    assert nodes["idle_actual"] == "500.00"
    assert [(each["weight"], each["pct"], each["idle_actual"]) for each in nodes["parts"]] == [
        (2, 66.67, "333.33"),
        (1, 33.33, "166.67"),
    ]


def test_teams_and_cost_centres_carry_their_parts(team: Team, tmp_path: Path) -> None:
    bill = bill_of("focus", tmp_path, ODD)
    owners = {each["team"]: each for each in team.answer("focus", bill)["owners"]}
    assert [owners[name]["actual"] for name in ("search", "trust")] == ["3412.49", "1706.24"]
    code, out, err = team.call("focus", bill, "--out", str(tmp_path / "pages"))
    assert code == 0, err
    assert "of which shared-rerank" in out
    page = (tmp_path / "pages" / "2026-10-search-4711.md").read_text()
    assert "part of shared-rerank" in page
    assert "$3,412.49" in page
    assert "allocated by memory slots" in page
    assert "of which shared-rerank" in (tmp_path / "pages" / "2026-10.md").read_text()


def test_without_the_portfolio_the_group_is_a_workload_of_no_lock(team: Team, tmp_path: Path) -> None:
    found = team.answer("focus", bill_of("focus", tmp_path, ODD), joint=False)
    assert found["shared_nodes"] == []
    assert found["others"] == [{"name": GROUP, "usd": str(ODD)}]


def test_what_a_tenant_pays_besides_stays_its_own(team: Team, tmp_path: Path) -> None:
    day = days()[0]
    rows = [
        focus_row(day, ODD, workload=GROUP, type=NODE_TYPE, ConsumedQuantity=HOURS),
        focus_row(day, "7.77", workload="vetting", ServiceName="Elastic Load Balancing"),
    ]
    found = rows_of(team.answer("focus", written(tmp_path / "bill.csv", rows)))
    assert (found["rerank"]["actual"], found["vetting"]["actual"]) == ("3412.49", "1714.01")
    assert found["vetting"]["variance"]["unplanned"] == "7.77"


def test_a_tenant_that_expired_still_costs_its_part(team: Team, tmp_path: Path) -> None:
    spec = tmp_path / "vetting.yaml"
    spec.write_text(spec.read_text() + 'expires: "2026-10-11"\n')
    (tmp_path / "vetting.lock.json").write_text(lock_text(make_lock(spec, LockTerms())))
    rows = [
        focus_row(day, "30", workload=GROUP, type=NODE_TYPE) for day in days() if day.day in (1, 11, 12, 20)
    ]
    (said,) = team.answer("focus", written(tmp_path / "bill.csv", rows))["expired"]
    assert (said["name"], said["usd_after"], said["last_day"]) == ("vetting", "20.00", "2026-10-20")


def test_turns_are_split_by_the_time_that_each_keeps_the_accelerator_busy(team: Team, tmp_path: Path) -> None:
    """40 of 120 and 30 of 120 requests/s: a third and a quarter of the time, 5/12 idle."""
    for name, qps in (("t1", 40), ("t2", 30)):
        spec = tmp_path / f"{name}.yaml"
        spec.write_text(json.dumps(service(name, qps)))
        (tmp_path / f"{name}.lock.json").write_text(lock_text(make_lock(spec, LockTerms())))
    team.names = ("t1", "t2")
    row = focus_row(days()[0], "420", workload="shared-t1", type="g4dn.xlarge", ConsumedQuantity=HOURS)
    (nodes,) = team.answer("focus", written(tmp_path / "bill.csv", [row]))["shared_nodes"]
    assert (nodes["allocated_method"], nodes["idle_pct"]) == ("busy_time", 41.67)
    assert [each["actual"] for each in nodes["parts"]] == ["240.00", "180.00"]


Change = Callable[[Path], object]


def _other_name(folder: Path) -> None:
    (folder / "portfolio.yaml").write_text("priority: {nobody: 2}\n")


def _too_little(folder: Path) -> None:
    (folder / "portfolio.yaml").write_text("budget: {usd_per_month: 100}\n")


def _other_terms(folder: Path) -> None:
    (folder / "own.yaml").write_text("private_pct: {on_demand: 12}\n")
    lock = make_lock(folder / "vetting.yaml", LockTerms(discounts=str(folder / "own.yaml")))
    (folder / "vetting.lock.json").write_text(lock_text(lock))


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (_other_name, 2, "no workload is called 'nobody'"),
        (_too_little, 4, "not all workloads get what they ask for"),
        (_other_terms, 2, "locks of one portfolio are of different discounts"),
    ],
)
def test_a_portfolio_that_says_nothing_of_these_locks_is_refused(
    team: Team, tmp_path: Path, change: Change, code: int, said: str
) -> None:
    bill = bill_of("focus", tmp_path, ODD)
    change(tmp_path)
    found, out, err = team.call("focus", bill)
    assert (found, out) == (code, "")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("seed", range(60))
def test_drawn_amounts_add_up_and_nobody_is_off_by_a_cent(seed: int) -> None:
    """Of whatever sign: a credit in the usage is split as a cost is."""
    draw = Random(seed)
    usd = Decimal(draw.randint(-(10**8), 10**8)) / 100
    weights = tuple(draw.randint(1, 40) for _ in range(draw.randint(1, 8)))
    parts = Allotment("memory_slots", weights, sum(weights)).split(usd)
    assert sum(parts) == usd
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - usd * weight / sum(weights)) < Decimal("0.01")
