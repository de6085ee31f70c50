"""A portfolio on the organisation's own terms: what one workload leaves of a commitment is another's.

The joint choice is held to everything there is to choose. A tenth of the drawn portfolios is tried in every
run, all of them under PLIMSOLL_PROOFS=1.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import search
from plimsoll.catalog.discounts.read import read_discounts
from plimsoll.catalog.discounts.terms import Discounts
from plimsoll.ground.canonical import canonical
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.plan.portfolio.file import read_portfolio
from plimsoll.plan.portfolio.together import PlannedTogether, plan_together
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.claims.test_portfolio import COUNT, Spec, catalog, keeps, measured, sharing
from tests.claims.test_portfolio import drawn as drawn_portfolio
from tests.make.command import plimsoll
from tests.make.discounts import drawn as drawn_terms
from tests.make.discounts import written

SEED = 20261129

Combination = tuple[Candidate, ...]


def together(specs: Sequence[Spec], file: Mapping[str, Any], own: Discounts | None) -> PlannedTogether:
    loaded = [from_data(spec, catalog(), file="spec") for spec in specs]
    read = read_portfolio(yaml.safe_dump(dict(file)).encode(), "p.yaml", [spec["name"] for spec in specs])
    return plan_together(loaded, read, load_speed(), own)


def terms(data: Mapping[str, Any], folder: Path) -> Discounts:
    return read_discounts(written(dict(data), folder / "discounts.yaml"), catalog())


def money(combination: Combination, of: str) -> Decimal:
    """Buy all hours at once, those of a cluster once a region; add what is no instance-hour."""
    total, seen = Decimal(0), set[Any]()
    for candidate in combination:
        for line in candidate.must_be_sized().bill.lines:
            key = candidate.option.region, line
            if line.of != of or line.instance_type or line.kind == "commitment" or key in seen:
                continue
            total += line.usd
            if line.kind == "fixed":
                seen.add(key)
    purchases = [purchase for each in combination if (purchase := each.must_be_sized().purchase) is not None]
    uses = [use for purchase in purchases for use in purchase.uses]
    shared = list(dict.fromkeys(use for use in uses if not use.workload))
    joint = replace(purchases[0], uses=(*shared, *(use for use in uses if use.workload)))
    bought = [line for lines in joint.used() for line in lines] + list(joint.committed())
    return total + sum((line.usd for line in bought if line.of == of), Decimal(0))


def least(
    specs: Sequence[Spec], file: Mapping[str, Any], own: Discounts
) -> tuple[list[str], str, str] | None:
    """The ids and the money of the best combination of all."""
    workloads = [from_data(spec, catalog(), file="spec").workload for spec in specs]
    tried = [search(workload, None, catalog(), load_speed(), own) for workload in workloads]
    found = []
    budget = file.get("budget")
    for combination in product(*(each.holding for each in tried)):
        if not keeps(combination, {**file, "budget": None}):
            continue
        sums = {of: money(combination, of) for of in ("expected", "ceiling")}
        if budget and sums[budget["basis"]] > budget["usd_per_month"]:
            continue
        orders = [
            candidate.order(prefer_spot=workload.capacity.spot == "prefer")
            for candidate, workload in zip(combination, workloads, strict=True)
        ]
        preferred, accelerators = sum(each[0] for each in orders), sum(each[3] for each in orders)
        ids = [candidate.id for candidate in combination]
        found.append((preferred, sums["expected"], sums["ceiling"], accelerators, ids))
    best = min(found, default=None)
    return None if best is None else (best[-1], f"{best[1]:.2f}", f"{best[2]:.2f}")


def case(number: int) -> tuple[list[Spec], dict[str, Any], dict[str, Any]]:
    rng = random.Random(SEED + number)
    specs, file = drawn_portfolio(rng)
    data = drawn_terms(rng, rng.choice(["us-east-1", "us-east-1", "us-east-2"]))
    of_types = {"g6": ["g6.xlarge", "g6.2xlarge", "g6.12xlarge"], "g5": ["g5.xlarge", "g5.12xlarge"]}
    family = rng.choice(list(of_types))
    usd = f"{rng.uniform(0.2, 6):.2f}"
    data["commitments"].append(
        rng.choice(
            [
                {
                    "kind": "ec2_instance_sp",
                    "family": family,
                    "region": "us-east-1",
                    "rate_of_on_demand": 0.63,
                }
                | {"usd_per_hour": usd, "until": "2030-12-31"},
                {"kind": "reserved", "instance_type": rng.choice(of_types[family]), "region": "us-east-1"}
                | {"count": rng.choice([1, 2, 4]), "usd_per_hour": "0.40", "until": "2030-12-31"},
                {"kind": "compute_sp", "rate_of_on_demand": 0.66, "usd_per_hour": usd, "until": "2030-12-31"},
            ]
        )
    )
    return specs, file, data


@pytest.mark.parametrize("number", range(COUNT))
def test_the_choice_is_the_least_of_all_that_fit(number: int, tmp_path: Path) -> None:
    specs, file, data = case(number)
    own = terms(data, tmp_path)
    answer, expected = together(specs, file, own).portfolio, least(specs, file, own)
    if expected is None:
        assert answer.verdict != "holds"
        return
    assert answer.verdict == "holds"
    assert [share.chosen for share in answer.shares] == expected[0]
    assert (answer.usd_per_month.expected, answer.usd_per_month.ceiling) == expected[1:]
    assert answer.proven


# By hand: two workloads of two g6.xlarge each, and three that are reserved.

RESERVED = {"kind": "reserved", "instance_type": "g6.xlarge", "region": "us-east-1", "usd_per_hour": "0.50"}
THREE = {"commitments": [RESERVED | {"count": 3, "until": "2030-12-31"}]}


def steady(name: str) -> Spec:
    return measured(name, load={"qps": 12}, pin={"instance_type": "g6.xlarge", "replicas": 2})


def test_a_commitment_counts_once_and_what_one_leaves_is_the_others(tmp_path: Path) -> None:
    """Four run, three are paid as reserved, one on demand: not three twice, and not three for each."""
    listed = together([steady("a"), steady("b")], {}, None).portfolio
    answer = together([steady("a"), steady("b")], {}, terms(THREE, tmp_path))
    on_demand = Decimal(str(catalog().offering("g6.xlarge", "us-east-1").on_demand.usd))  # type: ignore[union-attr]
    saved = 3 * HOURS_PER_MONTH * (on_demand - Decimal("0.50"))
    assert Decimal(answer.portfolio.usd_per_month.expected or "") == Decimal(
        listed.usd_per_month.expected or ""
    ) - saved.quantize(Decimal("0.01"))


def test_a_budget_that_only_what_is_shared_keeps_holds(tmp_path: Path) -> None:
    """Each plan pays the commitment whole: their sum is over the budget, what they cost together is not."""
    own, specs = terms(THREE, tmp_path), [steady("a"), steady("b")]
    free = together(specs, {}, own).portfolio
    budget = {"usd_per_month": float(free.usd_per_month.ceiling or 0)}
    held = together(specs, {"budget": budget}, own)
    assert held.portfolio.verdict == "holds"
    alone = sum(Decimal(canonical(each)["cost"]["usd_per_month"]["ceiling"]) for each in held.answers)
    assert alone > Decimal(str(budget["usd_per_month"]))
    less = together(specs, {"budget": {"usd_per_month": budget["usd_per_month"] - 1}}, own).portfolio
    assert (less.verdict, less.exit_code) == ("refused", 4)
    assert less.budget is not None
    assert less.budget.need_usd_per_month == free.usd_per_month.ceiling
    ways = {(way.workload, way.change): way.to for way in less.refusal.ways_out} if less.refusal else {}
    least_budget = ways[None, "portfolio.budget.usd_per_month"]
    assert together(specs, {"budget": {"usd_per_month": least_budget}}, own).portfolio.verdict == "holds"
    assert least_budget <= budget["usd_per_month"] + 1


def test_who_is_held_is_billed_on_the_same_terms(tmp_path: Path) -> None:
    own, specs = terms(THREE, tmp_path), [sharing("eight", 8), sharing("six", 6)]
    free = together(specs, {}, own).portfolio
    budget = Decimal(free.usd_per_month.ceiling or "") * Decimal("0.8")
    answer = together(specs, {"budget": {"usd_per_month": float(budget)}}, own)
    found = answer.portfolio
    assert (found.verdict, found.exit_code) == ("degraded", 4)
    assert Decimal(found.usd_per_month.ceiling or "") <= budget
    assert found.budget is not None
    assert found.budget.need_usd_per_month == found.usd_per_month.ceiling
    one_more = Decimal("730") * 2
    assert Decimal(found.usd_per_month.ceiling or "") > budget - one_more
    for plan in answer.answers:
        cost = canonical(plan)["cost"]
        lines = [Decimal(each["usd_per_month"]) for each in cost["lines"] if each["of"] == "ceiling"]
        assert sum(lines) == Decimal(cost["usd_per_month"]["ceiling"])
        assert any(each["kind"] == "commitment" for each in cost["lines"])


def test_a_person_reads_net_and_list(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(steady(name)), encoding="utf-8")
    (tmp_path / "p.yaml").write_text("budget: {usd_per_month: 100000}\n", encoding="utf-8")
    written(THREE, tmp_path / "d.yaml")
    options = ("--portfolio", "p.yaml", "--discounts", "d.yaml", "--format", "json")
    done = plimsoll("plan", "a.yaml", "b.yaml", *options, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["portfolio"]["usd_per_month"]["ceiling"] == document["total"]["usd_per_month"]["ceiling"]
    assert document["total"]["list_usd_per_month"] is not None
