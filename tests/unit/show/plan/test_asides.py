"""What the three numbers hide is said in a sentence where it is so, and not where it is not."""

from typing import Any

from plimsoll.plan.plan import Plan
from plimsoll.show.plan.asides import asides, shared_text
from tests.make.worlds import answer, real

MODEL = "meta-llama/Llama-3.1-8B-Instruct"


def plan(**more: Any) -> Plan:
    made = answer({"model": MODEL, "load": {"qps": 5}} | more, real())
    assert isinstance(made, Plan)
    return made


def told(**more: Any) -> str:
    return "\n".join(asides(plan(**more)))


def test_a_second_node_has_a_price_where_there_is_one_node() -> None:
    assert "everything runs on one node; with one more: $" in told()
    assert "one node" not in told(load={"qps": 100})


def test_a_year_is_cheaper_where_the_catalogue_has_its_price_and_nodes_are_steady() -> None:
    steady = {"pin": {"instance_type": "g6e.12xlarge"}, "region": "us-west-2"}
    assert "reserved for 1 year: $" in told(**steady)
    assert "less" in next(line for line in told(**steady).splitlines() if "reserved" in line)
    assert "reserved" not in told(
        **steady, scale={"to_zero": True}, load={"qps": 5, "profile": [1, *[0] * 23]}
    )


def test_a_cold_start_is_told_where_somebody_waits_for_it() -> None:
    assert "scaled to zero, the first request waits" in told(scale={"to_zero": True})
    assert "from 1 to " in told(load={"qps": 100})
    assert "start" not in told(load={"qps": 1}, pin={"instance_type": "g6e.xlarge"})


def test_a_pin_says_what_it_costs_and_nothing_where_it_costs_nothing() -> None:
    free = plan()
    dear = told(pin={"instance_type": "g6e.xlarge"})
    assert "the pin costs $" in dear
    assert f"a month more than the choice without it, {free.chosen.id}" in dear
    assert "the pin costs nothing" in told(pin={"instance_type": free.chosen.instance_type})
    assert "the pin" not in told()


def test_the_parts_of_a_new_cluster_are_told_apart() -> None:
    made = plan()
    assert f"${made.ceiling_usd('cluster')} of it" in shared_text(made)
    assert "cluster.create: false" in shared_text(made)
