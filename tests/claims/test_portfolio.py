"""Several workloads together: the joint choice is the least of all, and who gives up what is told.

A tenth of the drawn portfolios is tried in every run, all of them under PLIMSOLL_PROOFS=1.
"""

import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import search
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.ground.canonical import canonical
from plimsoll.plan.portfolio.file import read_portfolio
from plimsoll.plan.portfolio.together import PlannedTogether, plan_together
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.make.command import plimsoll

ALL = 200
COUNT = ALL if os.environ.get("PLIMSOLL_PROOFS") else ALL // 10

SEED = 20261128
DATE = "2026-11-27"

Spec = dict[str, Any]


@cache
def catalog() -> Catalog:
    return load(DATE)


def measured(name: str, accelerator: str = "L4", accelerators: int = 1, **more: Any) -> Spec:
    """A service of ten requests per second a replica: six at the target of 0.7, of which one waits."""
    told = {
        "accelerator": accelerator,
        "qps_per_replica": 10,
        "latency_p95_ms": 100,
        "cpu": 2,
        "source": "test",
    }
    told |= {"memory_gib": 8, "accelerator_memory_gib": 10, "accelerators": accelerators}
    return {"name": name, "measured": told, "load": {"qps": 6}, "sla": {"latency_p95_ms": 200}, **more}


def together(specs: Sequence[Spec], file: Mapping[str, Any]) -> PlannedTogether:
    loaded = [from_data(spec, catalog(), file="spec") for spec in specs]
    read = read_portfolio(yaml.safe_dump(dict(file)).encode(), "p.yaml", [spec["name"] for spec in specs])
    return plan_together(loaded, read, load_speed())


def written(specs: Sequence[Spec], file: Mapping[str, Any]) -> dict[str, Any]:
    return canonical(together(specs, file).portfolio)


# A: one g6e.12xlarge (48 vCPU), B: five g6.xlarge (4 each); each pool may have one node in flight beside.
A = measured("a", "L40S", 4, pin={"instance_type": "g6e.12xlarge", "replicas": 1})
B = measured("b", load={"qps": 30}, pin={"instance_type": "g6.xlarge", "replicas": 5})
BOTH = 2 * 48 + 6 * 4


@pytest.mark.parametrize("spec", [A, B])
def test_each_alone_passes(spec: Spec) -> None:
    assert written([spec], {"quotas": {"L-DB2E81BA": BOTH - 1}})["verdict"] == "holds"


def test_two_that_pass_alone_are_refused_together() -> None:
    found = written([A, B], {"quotas": {"L-DB2E81BA": BOTH - 1}})
    assert (found["verdict"], found["exit_code"]) == ("refused", 3)
    assert found["refusal"]["binding"] == ["quota"]
    (quota,) = found["quotas"]
    assert (quota["code"], quota["need_vcpus"], quota["limit_vcpus"]) == ("L-DB2E81BA", BOTH, BOTH - 1)
    changes = {(way["workload"], way["change"]): way["to"] for way in found["refusal"]["ways_out"]}
    assert changes[None, "portfolio.quotas.L-DB2E81BA"] == BOTH
    assert changes["b", "region"] != "us-east-1"
    (given_up,) = found["degraded"]
    assert (given_up["name"], given_up["was"], given_up["now"]) == ("b", 5, 0)
    assert "latency_p95_ms" in given_up["loses"]


def test_the_quota_that_would_do_does() -> None:
    assert written([A, B], {"quotas": {"L-DB2E81BA": BOTH}})["verdict"] == "holds"


def test_on_another_code_both_fit() -> None:
    on_p5 = measured("b", "H100-80GB", 8, pin={"instance_type": "p5.48xlarge"})
    found = written([A, on_p5], {"quotas": {"L-DB2E81BA": 2 * 48, "L-417A185B": 2 * 192}})
    assert found["verdict"] == "holds"
    assert {quota["code"] for quota in found["quotas"]} == {"L-DB2E81BA", "L-417A185B"}


def test_a_higher_priority_keeps_what_the_lower_gives_up() -> None:
    found = written([A, B], {"quotas": {"L-DB2E81BA": BOTH - 1}, "priority": {"b": 2}})
    assert [each["name"] for each in found["degraded"]] == ["a"]


def sharing(name: str, replicas: int) -> Spec:
    """A service that wants so many g6.xlarge at its peak and two at least."""
    load = {"qps": {"peak": 7 * replicas - 1, "average": 5}}
    return measured(name, load=load, scale={"min_replicas": 2}, pin={"instance_type": "g6.xlarge"})


def test_too_few_replicas_are_shared_out_by_priority_and_demand() -> None:
    """Twelve replicas for 8, 6 and 4 of priority 3, 1 and 1: 6.24, 3.06, 2.71, which is 6, 3 and 3."""
    specs = [sharing("eight", 8), sharing("six", 6), sharing("four", 4)]
    twelve_and_three_in_flight = 4 * (12 + 3)
    answer = together(specs, {"quotas": {"L-DB2E81BA": twelve_and_three_in_flight}, "priority": {"eight": 3}})
    found = canonical(answer.portfolio)
    assert [(each["name"], each["was"], each["now"]) for each in found["degraded"]] == [
        ("eight", 8, 6),
        ("six", 6, 3),
        ("four", 4, 3),
    ]
    assert (found["verdict"], found["exit_code"]) == ("degraded", 3)
    assert found["quotas"][0]["need_vcpus"] == twelve_and_three_in_flight
    for plan, now in zip(answer.answers, (6, 3, 3), strict=True):
        document = canonical(plan)
        assert document["chosen"]["replicas"]["max"] == document["autoscaling"]["max_replicas"] == now
        assert document["warnings"][0]["code"] == "degraded"
        lines = [
            Decimal(line["usd_per_month"]) for line in document["cost"]["lines"] if line["of"] == "ceiling"
        ]
        assert sum(lines) == Decimal(document["cost"]["usd_per_month"]["ceiling"])


def test_a_budget_that_binds_alone_is_exit_4() -> None:
    specs = [sharing("eight", 8), sharing("six", 6)]
    free = written(specs, {"budget": {"usd_per_month": 10**6}})
    most = Decimal(free["usd_per_month"]["ceiling"]) - 1
    found = written(specs, {"budget": {"usd_per_month": float(most)}, "quotas": {"L-DB2E81BA": 10**6}})
    assert (found["verdict"], found["exit_code"]) == ("degraded", 4)
    assert found["refusal"]["binding"] == ["budget"]
    assert Decimal(found["usd_per_month"]["ceiling"]) <= most
    (way,) = [way for way in found["refusal"]["ways_out"] if way["workload"] is None]
    assert way["change"] == "portfolio.budget.usd_per_month"
    assert written(specs, {"budget": {"usd_per_month": way["to"]}})["verdict"] == "holds"


def test_spares_for_spot_go_before_anything_that_carries_load() -> None:
    spot, safe = {"spot": "prefer", "on_demand_base": 0}, {"latency_p95_ms": 200, "availability": 0.999}
    specs = [
        measured("a", load={"qps": 300}, capacity=spot, sla=safe, pin={"instance_type": "g6.xlarge"}),
        sharing("b", 3),
    ]
    free = written(specs, {})
    budget = {"usd_per_month": float(free["usd_per_month"]["expected"]) - 1, "basis": "expected"}
    found = written(specs, {"budget": budget})
    (given_up,) = found["degraded"]
    assert given_up["name"] == "a"
    assert "spare" in given_up["loses"]
    assert "of its peak" not in given_up["loses"]


def test_who_is_refused_alone_is_refused_together_and_the_others_are_planned() -> None:
    impossible = measured("b", sla={"latency_p95_ms": 10})
    answer = together([A, impossible], {"quotas": {"L-DB2E81BA": 1000}})
    found = canonical(answer.portfolio)
    assert (found["verdict"], found["exit_code"], found["refusal"]) == ("refused", 3, None)
    assert [share["chosen"] is None for share in found["shares"]] == [False, True]
    assert found["usd_per_month"]["expected"] is None


# Everything there is to choose, tried: money from the lines of the bills, vCPU from the pools.


def drawn(rng: random.Random) -> tuple[list[Spec], dict[str, Any]]:
    accelerators = {"L4": ["g6.xlarge", "g6.2xlarge", "g6.12xlarge"], "A10G": ["g5.xlarge", "g5.12xlarge"]}
    specs = [
        measured(
            f"w{index}",
            accelerator := rng.choice(list(accelerators)),
            load={"qps": {"peak": rng.choice([6, 20, 60]), "average": 5}},
            capacity={"spot": rng.choice(["never", "allow", "prefer"]), "allow": accelerators[accelerator]},
            regions=rng.choice([["us-east-1"], ["us-east-2", "us-east-1"], ["us-west-2", "us-east-1"]]),
        )
        for index in range(rng.randint(2, 3))
    ]
    file: dict[str, Any] = {}
    if rng.random() < 0.7:
        basis = rng.choice(["expected", "ceiling"])
        file["budget"] = {"usd_per_month": rng.randint(1500, 15000), "basis": basis}
    codes = ("L-DB2E81BA", "L-3819A6DF")
    file["quotas"] = {code: rng.choice([8, 24, 48, 96, 200]) for code in codes if rng.random() < 0.7}
    return specs, file


def portfolios() -> Iterator[tuple[list[Spec], dict[str, Any]]]:
    rng = random.Random(SEED)
    yield from (drawn(rng) for _ in range(COUNT))


Combination = tuple[Candidate, ...]


def money(combination: Combination, of: str) -> Decimal:
    """Sum the lines of the bills; those of a cluster once a region."""
    seen: set[Any] = set()
    total = Decimal(0)
    for candidate in combination:
        for line in candidate.must_be_sized().bill.lines:
            key = (candidate.option.region, line)
            if line.of == of and (line.kind != "fixed" or key not in seen):
                seen.add(key)
                total += line.usd
    return total


def keeps(combination: Combination, file: Mapping[str, Any]) -> bool:
    budget = file.get("budget")
    if budget and money(combination, budget["basis"]) > budget["usd_per_month"]:
        return False
    used: dict[tuple[str, str | None], int] = {}
    for candidate in combination:
        for pool in candidate.must_be_sized().fleet.pools:
            vcpus = (pool.max_nodes + pool.overshoot_nodes) * pool.vcpus_per_node
            codes = [candidate.instance.quota_code_on_demand]
            codes += [candidate.instance.quota_code_spot] if pool.capacity_type == "spot" else []
            for code in codes:
                key = candidate.option.region, code
                used[key] = used.get(key, 0) + vcpus
    return all(vcpus <= file["quotas"].get(code, vcpus) for (_, code), vcpus in used.items())


def least(specs: Sequence[Spec], file: Mapping[str, Any]) -> tuple[list[str], str] | None:
    """The ids and the expected money of the best combination of all, in INTERFACE's order summed up."""
    workloads = [from_data(spec, catalog(), file="spec").workload for spec in specs]
    tried = [search(workload, None, catalog(), load_speed()) for workload in workloads]
    best = None
    for combination in product(*(each.holding for each in tried)):
        if not keeps(combination, file):
            continue
        orders = [
            candidate.order(prefer_spot=workload.capacity.spot == "prefer")
            for candidate, workload in zip(combination, workloads, strict=True)
        ]
        sums = (
            sum(order[0] for order in orders),
            money(combination, "expected"),
            money(combination, "ceiling"),
        )
        key = (*sums, sum(order[3] for order in orders), [candidate.id for candidate in combination])
        best = key if best is None or key < best else best
    return None if best is None else (best[-1], f"{best[1]:.2f}")


@pytest.mark.parametrize("number", range(COUNT))
def test_the_choice_is_the_least_of_all_that_fit(number: int) -> None:
    specs, file = list(portfolios())[number]
    answer, expected = together(specs, file), least(specs, file)
    if expected is None:
        assert answer.portfolio.verdict != "holds"
        return
    assert answer.portfolio.verdict == "holds"
    assert [share.chosen for share in answer.portfolio.shares] == expected[0]
    assert answer.portfolio.usd_per_month.expected == expected[1]
    assert answer.portfolio.proven


# As a person gives it.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for spec in (A, B):
        (tmp_path / f"{spec['name']}.yaml").write_text(yaml.safe_dump(spec), encoding="utf-8")
    (tmp_path / "p.yaml").write_text(f"quotas: {{L-DB2E81BA: {BOTH - 1}}}\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("form", ["table", "md"])
def test_people_read_what_each_got_and_what_binds(folder: Path, form: str) -> None:
    done = plimsoll("plan", "a.yaml", "b.yaml", "--portfolio", "p.yaml", "--format", form, cwd=folder)
    said = " ".join(done.stdout.replace("`", "").split())
    assert done.returncode == 3
    assert "refused, quota binds" in said
    assert f"{BOTH} of {BOTH - 1} vCPU, 1 short" in said
    assert "b gets 0 of 5 replicas: it is not served: latency_p95_ms ≤ 200" in said
    assert f"portfolio.quotas.L-DB2E81BA: {BOTH - 1} → {BOTH}" in said


def test_programs_read_it_beside_the_plans(folder: Path) -> None:
    arguments = ("plan", "a.yaml", "b.yaml", "--portfolio", "p.yaml", "--format", "json")
    done = plimsoll(*arguments, cwd=folder)
    document = json.loads(done.stdout)
    assert document["portfolio"]["verdict"] == "refused"
    assert [plan["outcome"] for plan in document["plans"]] == ["plan", "refusal"]
    refusal = document["plans"][1]["refusal"]
    assert refusal["binding"] == ["quota"]
    assert "portfolio.quotas.L-DB2E81BA" in {way["change"] for way in refusal["ways_out"]}
    assert {"quota"} == {
        reason["code"]
        for row in document["plans"][1]["candidates"]
        for reason in row["reasons"]
        if row["usd_per_month_expected"] and row["replicas"]["max"] == 5 and "g6.xlarge/on" in row["id"]
    }
    assert done.stdout == plimsoll(*arguments, cwd=folder).stdout


def test_where_each_is_refused_alone_nothing_is_chosen(folder: Path) -> None:
    refused = A | {"budget": {"usd_per_month": 1}}
    (folder / "a.yaml").write_text(yaml.safe_dump(refused), encoding="utf-8")
    done = plimsoll("plan", "a.yaml", "--portfolio", "p.yaml", "--format", "json", cwd=folder)
    document = json.loads(done.stdout)
    assert done.returncode == document["portfolio"]["exit_code"] == 4
    assert (document["portfolio"]["verdict"], document["portfolio"]["shares"][0]["chosen"]) == (
        "refused",
        None,
    )


def test_a_wrong_file_plans_nothing(folder: Path) -> None:
    (folder / "p.yaml").write_text("quotas: {L-DB2E81BB: 3}\npriority: {c: 2}\n", encoding="utf-8")
    done = plimsoll("plan", "a.yaml", "b.yaml", "--portfolio", "p.yaml", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "p.yaml:1:10: quotas.L-DB2E81BB" in done.stderr
    assert "p.yaml:2:12: priority.c" in done.stderr
