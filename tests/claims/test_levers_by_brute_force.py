"""Schedules, Savings Plans and caches: no value of their keys saves more than the line that is told.

The examples have none of them; here they are where they matter. All examples are searched for a Savings Plan
under PLIMSOLL_PROOFS=1, some in every run.
"""

import json
import os
from collections.abc import Iterator, Mapping
from decimal import ROUND_UP, Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from plimsoll.catalog.facts import Price
from plimsoll.money.cluster import SYSTEM_NODES
from plimsoll.savings.commitments import PLANS, STEP
from tests.make.applied import COMMITMENTS, Answer, Value, bare, saved, usd_of, usd_of_line, usd_under
from tests.make.committed_bounds import CommittedBounds
from tests.make.cover import schedules
from tests.make.golden_savings import examples
from tests.make.worlds import Spec, real

WHOLE = bool(os.environ.get("PLIMSOLL_PROOFS"))
SEARCHED = ("chat-8b", "recommendations", "fraud-detection")
MOST_NODES = 12
MODEL = "meta-llama/Llama-3.1-8B-Instruct"
MEASURED = {
    "accelerator": "T4",
    "qps_per_replica": 120,
    "latency_p95_ms": 45,
    "cpu": 3,
    "memory_gib": 10,
    "source": "k6 2026-11-02",
}
CACHE = {"exact_hit": 0.18, "entries": 1_000_000, "entry_kib": 4.2, "source": "gateway log 2026-10"}
NIGHT, DAY, PEAK = [0.0], [0.5], [1.0]
SHARES = {"ec2_instance_sp_1y": Decimal("0.63"), "compute_sp_1y": Decimal("0.72")}
"""Rates of Savings Plans as shares of on-demand: near what AWS lists for a year without upfront payment."""

PROFILES = {
    "a day": NIGHT * 8 + DAY * 6 + PEAK * 6 + NIGHT * 4,
    "over midnight": PEAK * 6 + NIGHT * 16 + DAY * 2,
    "weekdays": (NIGHT * 8 + DAY * 11 + PEAK + NIGHT * 4) * 5 + NIGHT * 48,
    "weeknights": (DAY * 6 + NIGHT * 16 + PEAK * 2) * 5 + NIGHT * 48,
    "two shifts": DAY * 4 + NIGHT * 8 + PEAK * 4 + NIGHT * 8,
}


TRIED = ("over midnight", "weeknights")


def written(folder: Path, spec: Spec) -> Path:
    path = folder / "spec.yaml"
    path.write_text(json.dumps(spec), encoding="utf-8")
    return path


def told(answer: Answer, strategy: str) -> tuple[Decimal, Any]:
    """What a strategy saves, and the value of its key; what the plan costs where it saves nothing."""
    for each in answer.savings:
        if each.strategy == strategy:
            return usd_of_line(each)[0], each.to
    return usd_of(answer)[0], None


def least(spec: Path, values: Iterator[Value], now: Decimal) -> Decimal:
    return min((usd_under(spec, [], value, now) for value in values), default=now)


@pytest.mark.parametrize("name", [each for each in PROFILES if WHOLE or each in TRIED])
def test_no_schedule_that_holds_the_load_costs_less(name: str, tmp_path: Path) -> None:
    load = {"qps": 5, "profile": PROFILES[name]}
    spec = written(tmp_path, {"measured": MEASURED, "load": load, "region": "us-east-1"})
    answer = saved(spec)
    found, to = told(answer, "schedule")
    assert to is not None, "the night is saved"
    assert found == least(spec, schedules(PROFILES[name]), usd_of(answer)[0])


@pytest.mark.parametrize("qps", [40, 80, 100, 230])
@pytest.mark.parametrize(
    "said", [{}, {"cold_start_ok": True}, {"kept_in": "cluster"}, {"nodes": 3, "entries": 40_000_000}]
)
def test_no_other_use_of_a_cache_costs_less(qps: int, said: Spec, tmp_path: Path) -> None:
    load = {"qps": qps, "cache": CACHE | said}
    spec = written(tmp_path, {"measured": MEASURED, "load": load})
    answer = saved(spec)
    values = [
        ("load.cache", None),
        ("load.cache.cold_start_ok", True),
        ("load.cache.cold_start_ok", False),
        ("load.cache.kept_in", "cluster"),
        ("load.cache.kept_in", "elasticache"),
        *(("load.cache.nodes", count) for count in range(1, 7)),
    ]
    assert told(answer, "cache")[0] == least(spec, iter(values), usd_of(answer)[0])


def test_dropping_a_cache_and_keeping_it_elsewhere_both_happen(tmp_path: Path) -> None:
    """The claim above is about something."""
    found: list[tuple[str, Any]] = []
    for qps in (40, 100):
        answer = saved(written(tmp_path, {"measured": MEASURED, "load": {"qps": qps, "cache": CACHE}}))
        found += [(each.change, each.to) for each in answer.savings if each.strategy == "cache"]
    assert found == [("load.cache", None), ("load.cache.kept_in", "cluster")]


BOUND: dict[str, Spec] = {
    "few replicas": {"model": MODEL, "load": {"qps": 40}, "scale": {"max_replicas": 4}}
    | {"sla": {"tpot_p95_ms": 50}},
    "more in its hours than it needs": {
        "model": MODEL,
        "load": {"qps": 2, "profile": NIGHT * 8 + DAY * 12 + NIGHT * 4},
        "scale": {"schedule": {"days": "mon-sun", "hours": "08-20", "min_replicas": 3}},
    },
    "small steps": {"kind": "training", "model": MODEL, "method": "full", "load": {"tokens_b": 0.1}}
    | {"sla": {"run_p50_h": 20}, "pin": {"micro_batch_samples": 1}},
    "a split by hand": {"kind": "training", "model": MODEL, "method": "full", "load": {"tokens_b": 0.1}}
    | {"sla": {"run_p50_h": 20}, "pin": {"tensor_parallel": 8, "zero": 3}},
}
FREED: dict[str, list[Value]] = {
    "few replicas": [("scale.max_replicas", count) for count in (None, 1, 2, 3, 5, 6, 8, 12, 40)],
    "more in its hours than it needs": [("scale.schedule.min_replicas", count) for count in (1, 2, 3)],
    "small steps": [("pin.micro_batch_samples", None), ("pin", {})],
    "a split by hand": [("pin.tensor_parallel", None), ("pin.zero", None), ("pin", {})],
}


@pytest.mark.parametrize("name", BOUND)
def test_no_size_that_is_set_free_costs_less(name: str, tmp_path: Path) -> None:
    spec = written(tmp_path, BOUND[name])
    answer = saved(spec)
    found = told(answer, "right_size")[0]
    assert found < usd_of(answer)[0], "something is held larger than it need be"
    assert found == least(spec, iter(FREED[name]), usd_of(answer)[0])


@pytest.mark.parametrize("leaves", ["immediate", "last_moment", "never"])
def test_no_other_moment_at_which_a_run_leaves_spot_costs_less(leaves: str, tmp_path: Path) -> None:
    capacity = {"spot": "allow", "on_demand_fallback": leaves}
    run = {"kind": "training", "model": MODEL, "method": "full", "load": {"tokens_b": 0.1}}
    spec = written(tmp_path, run | {"sla": {"run_p90_h": 8}, "capacity": capacity})
    answer = saved(spec)
    values = [("capacity.on_demand_fallback", when) for when in ("immediate", "last_moment", "never")]
    values += [("capacity.spot", use) for use in ("never", "allow", "prefer")]
    assert told(answer, "spot")[0] == least(spec, iter(values), usd_of(answer)[0])


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rates come from an account's own folder of prices; the package has none."""

    def read(_: Any, name: str, region: str) -> Mapping[str, Price]:
        listed = real().offering(name, region)
        if listed is None or listed.on_demand is None:
            return {}
        usd = listed.on_demand.usd
        return {kind: Price(usd * share, "read", "2026-08-01") for kind, share in SHARES.items()}

    monkeypatch.setattr(type(real()), "plan_rates", read)


@pytest.mark.parametrize(
    "example",
    [each for each in examples() if WHOLE or each.stem in SEARCHED],
    ids=lambda each: each.stem,
)
def test_no_savings_plan_costs_less(example: Path, tmp_path: Path, rates: None) -> None:
    spec = tmp_path / example.name
    spec.write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    answer = saved(spec)
    if not hasattr(answer, "cost") or answer.workload["kind"] != "inference":
        return
    found = told(answer, "savings_plan")[0]
    bounds = CommittedBounds(spec, [])
    left = ((path, entry) for path, entry in _plans(answer) if bounds.least(entry) <= found)
    assert found == least(spec, left, usd_of(answer)[0]), "of all others a bound says that they cost more"


@pytest.mark.parametrize("name", SEARCHED)
def test_no_plan_under_a_commitment_costs_less_than_its_bound(name: str, tmp_path: Path, rates: None) -> None:
    """What the claim above leaves out it leaves out rightly: amounts are planned and held to their bound."""
    example = next(each for each in examples() if each.stem == name)
    spec = tmp_path / example.name
    spec.write_text(example.read_text(encoding="utf-8"), encoding="utf-8")
    answer, bounds = saved(spec), CommittedBounds(spec, [])
    for path, entry in list(_plans(answer))[:: 40 if WHOLE else 7]:
        assert usd_under(spec, [], (path, entry), REFUSED) >= bounds.least(entry), entry
    assert usd_under(spec, [], next(_plans(answer)), REFUSED) < REFUSED, "not all are refused"


REFUSED = Decimal("Infinity")
"""What a plan costs that breaks a limit, its budget for one."""


def _plans(plan: Answer) -> Iterator[Value]:
    """Amounts for every node and half a node of the choice's type, and under proofs of all that hold.

    A plan of anything is tried for none to all of the system nodes beside them too, a plan of a family for
    those of the system nodes'.
    """
    rows = [row for row in plan.candidates if row.verdict != "rejected"]
    types = dict.fromkeys((row.instance_type, row.region) for row in [plan.chosen, *rows])
    for name, region in list(types)[: None if WHOLE else 1]:
        listed, system = _on_demand(name, region), _on_demand(SYSTEM_NODES.instance_type, region)
        if not listed:
            continue
        for halves, beside in product(range(2 * MOST_NODES), range(SYSTEM_NODES.desired_nodes + 1)):
            yield from _entries("compute_sp_1y", listed * halves / 2 + system * beside)
        for halves in range(2, 2 * MOST_NODES):
            yield from _entries("ec2_instance_sp_1y", listed * halves / 2, name, region)
        yield from _entries(
            "ec2_instance_sp_1y", SYSTEM_NODES.desired_nodes * system, SYSTEM_NODES.instance_type, region
        )


def _entries(priced_as: str, usd: Decimal, name: str = "", region: str = "") -> Iterator[Value]:
    """An entry that covers so much of list prices in an hour; none for nothing."""
    own = {"family": name.partition(".")[0], "region": region} if name else {}
    amount = (usd * SHARES[priced_as]).quantize(STEP, ROUND_UP)
    terms = {"usd_per_hour": f"{amount:f}", "rate_of_on_demand": f"{SHARES[priced_as]:f}"}
    if amount:
        yield COMMITMENTS, {"kind": PLANS[priced_as], **own, **terms, "until": "2027-08-01"}


def _on_demand(name: str, region: str) -> Decimal:
    listed = real().offering(name, region)
    return Decimal(0) if listed is None or listed.on_demand is None else listed.on_demand.usd


def test_no_savings_plan_costs_less_beside_a_cache_in_the_cluster(tmp_path: Path, rates: None) -> None:
    """Its node runs all month, on demand, as the cluster's own do: every sum of some of them is tried."""
    load = {"qps": 100, "cache": CACHE | {"kept_in": "cluster"}}
    spec = written(tmp_path, {"measured": MEASURED, "load": load, "region": "us-east-1"})
    answer = saved(spec)
    own, kept = _on_demand("g4dn.xlarge", "us-east-1"), _on_demand("t4g.large", "us-east-1")
    assert (answer.chosen.instance_type, answer.cache.node_type) == ("g4dn.xlarge", "t4g.large")
    system = SYSTEM_NODES.desired_nodes * _on_demand(SYSTEM_NODES.instance_type, "us-east-1")
    sums = [
        nodes * own + node * kept + shared * system
        for nodes, node, shared in product((0, 1, 2), (0, Decimal("0.5"), 1), (0, 1))
    ]
    values = (value for usd in sums for value in _entries("compute_sp_1y", usd))
    found, entry = told(answer, "savings_plan")
    assert found == least(spec, values, usd_of(answer)[0])
    whole = (own + kept + system) * SHARES["compute_sp_1y"]
    assert Decimal(entry["usd_per_hour"]) == whole.quantize(STEP, ROUND_UP), "all four nodes are covered"


def test_a_commitment_saves_somewhere(tmp_path: Path, rates: None) -> None:
    """The claim above is about something."""
    answer = saved(written(tmp_path, {"model": MODEL, "load": {"qps": 5}}))
    assert told(answer, "savings_plan")[0] < usd_of(answer)[0]
    assert bare(tmp_path / "spec.yaml").cost.usd_per_month.expected == answer.cost.usd_per_month.expected
