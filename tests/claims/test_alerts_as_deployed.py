"""Alerts are silent about what was deployed as planned, whatever a plan has beside its replicas' nodes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.observability.opencost import COLUMNS, price_list
from plimsoll.observability.watch import Watch, watch_of
from plimsoll.plan.of_stack import PlanTerms, plan_on
from plimsoll.plan.plan import Plan
from plimsoll.rightsizing.queries import ALERTS, queries_of
from tests.make.watched import State, fired, value_asked, world

BUSY = {
    "name": "busy",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {"qps": 30, "input_tokens": 1000, "output_tokens": 200},
    "pin": {"instance_type": "g6e.xlarge"},
    "budget": {"usd_per_month": 60000},
}


def reserved(folder: Path, count: int) -> str:
    """Write the terms of an organisation that has reserved so many nodes, a tenth off all others."""
    commitment = {
        "kind": "reserved",
        "instance_type": "g6e.xlarge",
        "region": "us-east-1",
        "count": count,
        "usd_per_hour": "1.17243",
        "until": "2027-06-30",
    }
    terms = {
        "as_of": "2026-08-01",
        "private_pct": {"on_demand": 10},
        "commitments": [commitment],
    }
    (folder / "discounts.yaml").write_text(yaml.safe_dump(terms), encoding="utf-8")
    return str(folder / "discounts.yaml")


def planned(folder: Path, spec: dict[str, Any], discounts: str | None = None) -> Plan:
    path = folder / f"{spec['name']}.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    (plan,) = plan_on([path], PlanTerms("us-east-1", "2026-09-01", (), None, discounts)).values()
    assert isinstance(plan, Plan)
    return plan


def listed(plan: Plan) -> dict[str, float]:
    """What OpenCost is told that a node costs, US dollars per hour, by its pool."""
    _, *rows = price_list({"w": plan}, "karpenter").splitlines()
    found = (dict(zip(COLUMNS.split(","), row.split(","), strict=True)) for row in rows)
    return {row["InstanceID"]: float(row["MarketPriceHourly"]) for row in found}


def steady(watch: Watch, plan: Plan, **more: Any) -> list[State]:
    """Eight hours with the nodes that the plan expects in each, at the prices that OpenCost was told."""
    pool, count = plan.chosen.pools[0], plan.chosen.replicas.peak
    state = State(pool.min_nodes, listed(plan)["w-base"], pool.instance_type, count)
    return [replace(state, **more)] * 8


@pytest.mark.parametrize("count", [1, 12], ids=["one is reserved", "all are reserved"])
def test_nodes_that_a_commitment_covers_are_neither_free_nor_paid_twice(count: int, tmp_path: Path) -> None:
    plan = planned(tmp_path, BUSY, reserved(tmp_path, count))
    watch = watch_of(plan)
    own = pytest.approx(1.861 * 0.9) if count == 1 else pytest.approx(1.861)
    assert listed(plan)["w-base"] == own
    assert {float(each.usd_per_hour) for each in watch.prices} == {listed(plan)["w-base"]}
    assert fired(watch, world(watch, steady(watch, plan)), 8, tmp_path) == set()
    assert watch.money is not None
    dear = 2 * float(watch.money.ceiling) / 730 / plan.chosen.pools[0].min_nodes
    found = fired(watch, world(watch, steady(watch, plan, usd_of_node=dear)), 8, tmp_path)
    assert "PlimsollCostAboveCeiling" in found


def test_twice_the_nodes_are_seen_where_some_are_covered(tmp_path: Path) -> None:
    plan = planned(tmp_path, BUSY, reserved(tmp_path, 1))
    watch = watch_of(plan)
    twice = steady(watch, plan, nodes=2 * plan.chosen.pools[0].max_nodes)
    assert "PlimsollCostAboveCeiling" in fired(watch, world(watch, twice), 8, tmp_path)


FAQ = {
    "name": "faq",
    "model": "meta-llama/Llama-3.1-8B-Instruct",
    "load": {
        "qps": 5,
        "input_tokens": 1000,
        "output_tokens": 200,
        "cache": {
            "exact_hit": 0.3,
            "entries": 1_000_000,
            "entry_kib": 4,
            "kept_in": "cluster",
            "cold_start_ok": True,
            "source": "gateway log",
        },
    },
}


def series_of_cache(watch: Watch, usd: float, pod: str, node: str = "c") -> list[dict[str, str]]:
    """The pod of a cache, ready on a node of its own that has a price."""
    named = f'namespace="{watch.name}",pod="{pod}"'
    made = {
        f'kube_pod_status_ready{{{named},condition="true"}}': "1+0x479",
        f'kube_pod_info{{{named},node="{node}"}}': "1+0x479",
        f'node_total_hourly_cost{{node="{node}",instance_type="t4g.large"}}': f"{usd}+0x479",
    }
    return [{"series": series, "values": values} for series, values in made.items()]


def test_a_cache_in_the_cluster_is_neither_drift_nor_a_replica(tmp_path: Path) -> None:
    plan = planned(tmp_path, FAQ)
    watch, prices = watch_of(plan), listed(plan)
    hours = steady(watch, plan)
    cache = series_of_cache(watch, prices["w-cache"], "faq-cache-6d4-x")
    assert fired(watch, [*world(watch, hours), *cache], 8, tmp_path) == set()
    assert plan.cache is not None
    assert plan.cache.pool is not None
    assert watch.money is not None
    nodes = 730 * (prices["w-base"] * hours[0].nodes + prices["w-cache"])
    assert nodes + float(watch.money.beside) == pytest.approx(float(watch.money.expected), abs=0.02)


def test_a_second_replica_beside_the_cache_is_still_seen(tmp_path: Path) -> None:
    plan = planned(tmp_path, FAQ)
    watch = watch_of(plan)
    hours = [replace(hour, replicas=plan.chosen.replicas.max + 1) for hour in steady(watch, plan)]
    cache = series_of_cache(watch, listed(plan)["w-cache"], "faq-cache-6d4-x")
    assert fired(watch, [*world(watch, hours), *cache], 8, tmp_path) == {"PlimsollMoreReplicasThanPlanned"}


def test_the_dashboards_peak_is_what_servers_should_see(tmp_path: Path) -> None:
    assert watch_of(planned(tmp_path, FAQ)).peak_qps == 3.5


def test_a_page_of_ours_is_seen_by_what_rightsizing_asks(tmp_path: Path) -> None:
    """Prometheus evaluates both: the rules that `alerts` writes, and the query that `rightsize` asks."""
    plan = planned(tmp_path, BUSY)
    watch = watch_of(plan)
    (query,) = (each.promql for each in queries_of("busy") if each.name == ALERTS)
    for usd, count in ((90.0, 1), (listed(plan)["w-base"], None)):
        hours = steady(watch, plan, usd_of_node=usd)
        assert value_asked(watch, query, world(watch, hours), 8, tmp_path) == count
