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
from plimsoll.plan.portfolio.document import BudgetCost
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


def sums(answer: PlannedTogether) -> tuple[Decimal, Decimal]:
    money = answer.portfolio.usd_per_month
    return Decimal(money.expected or "0"), Decimal(money.ceiling or "0")


def costs(answer: PlannedTogether) -> dict[str, BudgetCost]:
    shares = answer.portfolio.shares
    return {each.name: each.budget_cost for each in shares if each.budget_cost is not None}


def within(specs: Sequence[Spec], rng: random.Random, own: Discounts) -> tuple[list[Spec], str]:
    """One of the specs with a budget of its own that some of its candidates break."""
    index = rng.randrange(len(specs))
    workload = from_data(specs[index], catalog(), file="spec").workload
    free = workload.model_copy(update={"budget": None})
    bills = sorted(
        {
            each.must_be_sized().bill.ceiling
            for each in search(free, None, catalog(), load_speed(), own).holding
        }
    )
    usd = bills[rng.randrange(min(len(bills), 4))] if bills else Decimal(100)
    budget = {"usd_per_month": float(usd), "basis": "ceiling"}
    held = [each | {"budget": budget} if place == index else each for place, each in enumerate(specs)]
    return held, specs[index]["name"]


@pytest.mark.parametrize("number", range(COUNT // 2))
def test_an_own_budget_is_told_at_what_it_costs_all_together(number: int, tmp_path: Path) -> None:
    """To the cent, and only where it decides: planned again without it."""
    specs, file, data = case(number)
    own = terms(data, tmp_path)
    held, name = within(specs, random.Random(number), own)
    file = file if number % 4 == 0 else {}
    with_it = together(held, file, own)
    others = [
        {key: each[key] for key in each if key != "budget"} if each["name"] == name else each for each in held
    ]
    without = together(others, file, own)
    told = costs(with_it).get(name)
    if with_it.portfolio.refusal is not None:
        assert told is None
        return
    chosen = [{each.name: each.chosen for each in one.portfolio.shares} for one in (with_it, without)]
    if told is None:
        assert chosen[0] == chosen[1] or without.portfolio.refusal is not None
        return
    assert told.instead == chosen[1][name] != chosen[0][name]
    if chosen[0][name] is None:
        assert (told.usd_per_month_expected, told.usd_per_month_ceiling) == (None, None)
        return
    if with_it.portfolio.usd_per_month.expected is None:
        return  # somebody else is refused by a budget of its own: no document adds up the rest
    added = tuple(now - then for now, then in zip(sums(with_it), sums(without), strict=True))
    assert (Decimal(told.usd_per_month_expected or ""), Decimal(told.usd_per_month_ceiling or "")) == added


def held_to(spec: Spec, usd: Decimal) -> Spec:
    return spec | {"budget": {"usd_per_month": float(usd)}}


SIX = {"commitments": [RESERVED | {"count": 6, "until": "2030-12-31"}]}


def bears_others(folder: Path) -> tuple[Discounts, list[Spec], PlannedTogether, Decimal]:
    """Six are reserved, two for `a` and four for `b`; what all cost, and the ceiling of the plan of `a`."""
    own = terms(SIX, folder)
    specs = [measured("a", load={"qps": 12}, pin={"replicas": 2}), steady("b") | {"scale": {}}]
    specs[1]["pin"] = {"instance_type": "g6.xlarge", "replicas": 4}
    cheapest = together(specs, {}, own)
    (bill,) = [each.cost.usd_per_month for each in cheapest.answers if each.workload["name"] == "a"]  # type: ignore[union-attr]
    return own, specs, cheapest, Decimal(bill.ceiling)


def test_a_budget_that_bears_what_others_use_is_named_with_its_price(tmp_path: Path) -> None:
    """Six reserved are above the budget of one, which is kept on another type that costs all of them more."""
    own, (free, other), cheapest, ceiling = bears_others(tmp_path)
    held = together([held_to(free, ceiling - 1), other], {}, own)
    assert held.portfolio.verdict == "holds"
    (told,) = costs(held).values()
    assert [told.instead] == [each.chosen for each in cheapest.portfolio.shares if each.name == "a"]
    added = sums(held)[0] - sums(cheapest)[0]
    assert added > 0
    assert told.usd_per_month_expected == f"{added:.2f}"
    assert f"takes ${ceiling:,.2f} with every commitment paid whole" in told.message
    assert f"${added:,.2f} less" in told.message
    assert costs(together([held_to(free, ceiling), other], {}, own)) == {}
    assert costs(cheapest) == {}


def test_who_is_refused_by_its_own_budget_alone_is_told_what_all_would_cost(tmp_path: Path) -> None:
    own = terms(THREE, tmp_path)
    both = together([steady("a"), steady("b")], {}, own)
    bill = both.answers[0].cost.usd_per_month  # type: ignore[union-attr]
    share = sums(both)[1] / 2
    assert share < Decimal(bill.ceiling)
    answer = together([held_to(steady("a"), share.quantize(Decimal(1))), steady("b")], {}, own)
    assert answer.portfolio.verdict == "refused"
    (told,) = costs(answer).values()
    assert (told.usd_per_month_expected, told.usd_per_month_ceiling) == (None, None)
    expected, ceiling = sums(both)
    assert "alone refuses it" in told.message
    assert f"${expected:,.2f} a month together, ceiling ${ceiling:,.2f}" in told.message


def test_an_own_budget_that_keeps_all_from_fitting_is_a_way_out(tmp_path: Path) -> None:
    """The budget of one keeps it off what is cheapest together, and the file's does not hold the rest."""
    own, (free, other), cheapest, ceiling = bears_others(tmp_path)
    specs, file = [held_to(free, ceiling - 1), other], {"budget": {"usd_per_month": float(sums(cheapest)[1])}}
    answer = together(specs, file, own)
    assert answer.portfolio.verdict != "holds"
    assert costs(answer) == {}
    assert answer.portfolio.refusal is not None
    (way,) = [each for each in answer.portfolio.refusal.ways_out if each.change == "budget.usd_per_month"]
    assert way.workload == "a"
    applied = together([held_to(free, Decimal(way.to)), other], file, own)
    assert applied.portfolio.verdict == "holds"
    assert applied.portfolio.usd_per_month.ceiling == way.usd_per_month_ceiling


def test_a_person_reads_which_budget_decided(tmp_path: Path) -> None:
    own = terms(THREE, tmp_path)
    share = sums(together([steady("a"), steady("b")], {}, own))[1] / 2
    for each in (held_to(steady("a"), share.quantize(Decimal(1))), steady("b")):
        (tmp_path / f"{each['name']}.yaml").write_text(yaml.safe_dump(each), encoding="utf-8")
    (tmp_path / "p.yaml").write_text("budget: {usd_per_month: 100000}\n", encoding="utf-8")
    options = ("--portfolio", "p.yaml", "--discounts", "discounts.yaml")
    for form in ("table", "md", "json"):
        done = plimsoll("plan", "a.yaml", "b.yaml", *options, "--format", form, cwd=tmp_path)
        assert done.returncode == 4, done.stderr
        assert "alone refuses it" in " ".join(done.stdout.split())


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
