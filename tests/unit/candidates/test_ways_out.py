"""A way out changes one key by little, or to what is cheapest; the table of keys is complete."""

from typing import Any

import pytest

from plimsoll.candidates.row import WayOut
from plimsoll.plan.plan import Refusal
from tests.make.worlds import answer, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def ways(change: str, **more: Any) -> list[WayOut]:
    document = answer({"model": MODEL, "load": {"qps": 5}} | more, real())
    assert isinstance(document, Refusal)
    return [way for way in document.ways_out if way.change == change]


def test_a_latency_is_relaxed_by_little_and_to_what_is_cheapest() -> None:
    cheap, gentle = ways("sla.tpot_p95_ms", sla={"tpot_p95_ms": 1.5})
    assert 1.5 < gentle.to < cheap.to
    assert float(gentle.usd_per_month_ceiling) > float(cheap.usd_per_month_ceiling)


def test_one_family_more_is_allowed_and_one_name_less_denied() -> None:
    (allow,) = ways("capacity.allow", capacity={"allow": ["t3"]})
    assert allow.to[0] == "t3"
    assert len(allow.to) == 2
    denied = ["g5", "g6", "g6e", "g7e", "p5"]
    spec: Any = {"capacity": {"deny": denied}, "sla": {"tpot_p95_ms": 40}, "budget": {"usd_per_month": 4000}}
    (deny,) = ways("capacity.deny", **spec)
    assert len(deny.to) == len(denied) - 1


@pytest.mark.parametrize("basis", ["ceiling", "expected"])
def test_the_least_budget_is_offered(basis: str) -> None:
    (way,) = ways("budget.usd_per_month", budget={"usd_per_month": 300, "basis": basis})
    assert way.from_ == 300
    assert way.to - 1 <= float(way.usd_per_month_ceiling if basis == "ceiling" else way.to)


def test_all_pins_may_go_where_no_single_one_helps() -> None:
    pin = {"instance_type": "g6.xlarge", "replicas": 1}
    assert not ways("pin.instance_type", pin=pin, load={"qps": 300})
    (way,) = ways("pin", pin=pin, load={"qps": 300})
    assert way.to == {}
    assert "instance_type g6.xlarge, replicas 1 → none" in way.message
