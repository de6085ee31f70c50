"""A refusal offers what a program can apply: every way out holds at its price, and none cheaper is missed."""

from decimal import Decimal
from functools import cache

import pytest

from plimsoll.candidates import levers
from plimsoll.candidates.search import Search, search
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.spec.workload import Workload
from plimsoll.speed.read import load_speed
from tests.make.drawn import COUNT, refusals
from tests.make.moves import moved, moves
from tests.make.worlds import Spec, answer, changed, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"

Money = tuple[Decimal, Decimal]
"""Expected and ceiling."""


@cache
def refused() -> tuple[tuple[Spec, Refusal], ...]:
    return tuple(refusals(COUNT, real()))


@pytest.mark.parametrize("number", range(COUNT))
def test_every_way_out_holds_at_its_price_and_the_cheapest_is_among_them(number: int) -> None:
    spec, document = refused()[number]
    offered = [_offered(spec, way.change, way.to, way.usd_per_month_ceiling) for way in document.ways_out]
    found = dict(_by_brute_force(spec))
    if not found:
        return
    assert offered, (spec, min(found.items(), key=lambda each: each[1]))
    for money in (0, 1):
        move, least = min(found.items(), key=lambda each: each[1][money])
        assert min(each[money] for each in offered) <= least[money], (spec, move, least)


def _offered(spec: Spec, path: str, value: object, ceiling: str) -> Money:
    """Plan the spec with the change in it; the promise is to the cent."""
    plan = answer(changed(spec, path, value), real())
    assert isinstance(plan, Plan), (spec, path, value)
    money = plan.cost.usd_per_month
    assert money.ceiling == ceiling, (spec, path, value)
    return Decimal(money.expected), Decimal(money.ceiling)


def _by_brute_force(spec: Spec) -> list[tuple[str, Money]]:
    """Try every move, and keep what then holds."""
    tried = _search(spec)
    found: list[tuple[str, Money]] = []
    for move in moves(spec, real()):
        made = moved(spec, move)
        holding = tried.holding_under(Workload.model_validate(made)) if made is not None else ()
        if holding:
            bill = holding[0].must_be_sized().bill
            found.append((repr(move), (bill.expected, bill.ceiling)))
    return found


def _search(spec: Spec) -> Search:
    architecture = real().model(spec["model"]) if "model" in spec else None
    return search(Workload.model_validate(spec), architecture, real(), load_speed())


@pytest.mark.parametrize(
    ("region", "there"),
    [
        ("eu-west-1", ["eu-central-1"]),
        ("ap-southeast-2", []),
        ("ap-southeast-1", ["ap-south-1", "ap-northeast-1"]),
    ],
)
def test_no_way_out_leaves_the_continent(region: str, there: list[str]) -> None:
    """The pinned type is sold elsewhere too, on other continents at a lower price."""
    spec = {"model": MODEL, "load": {"qps": 5}, "region": region, "pin": {"instance_type": "g7e.2xlarge"}}
    document = answer(spec, real())
    assert isinstance(document, Refusal)
    offered = [way.to for way in document.ways_out if way.change == "region"]
    assert set(offered) <= set(there)
    assert bool(offered) == bool(there)
    assert {row.region for row in document.candidates} == {region}
    assert isinstance(answer({**spec, "region": "us-west-2"}, real()), Plan)


def test_every_key_that_is_offered_stands_in_the_table() -> None:
    documented = {
        line.split("`")[1] for line in (levers.__doc__ or "").splitlines() if line.startswith("| `")
    }
    offered = {way.change for _, document in refused() for way in document.ways_out}
    families = {
        f"sla.{'availability' if 'availability' in key else '<latency>'}": key
        for key in offered
        if "sla." in key
    }
    plain = {key for key in offered if not key.startswith(("sla.", "pin."))}
    assert {*families, *plain} <= {*documented, "pin", "regions"}
