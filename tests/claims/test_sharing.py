"""An accelerator is shared only as somebody measured or declared, and paid for as whole nodes."""

from collections.abc import Mapping
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.manifests.published import validate
from plimsoll.objects.workload import of_workload
from plimsoll.plan.of_spec import planned_one
from plimsoll.plan.write import written
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.claims.test_two_roads import graph
from tests.claims.test_written_is_what_runs import facts

DATE = "2026-11-27"
L4 = {
    "accelerator": "L4",
    "accelerator_share": 0.125,
    "qps_per_replica": 15,
    "latency_p95_ms": 60,
    "accelerator_memory_gib": 2.5,
    "cpu": 1,
    "memory_gib": 4,
    "image": "registry.example/own:1",
    "source": "k6 2026-11-02",
}
SLICE = {
    "accelerator": "H100-80GB",
    "qps_per_replica": 100,
    "accelerator_memory_gib": 9.55,
    "cpu": 1,
    "memory_gib": 4,
    "image": "registry.example/own:1",
    "source": "k6 2026-11-02",
}
T4 = SLICE | {"accelerator": "T4", "qps_per_replica": 120, "latency_p95_ms": 45, "accelerator_memory_gib": 6}

SPECS: Mapping[str, dict[str, Any]] = {
    "fraction": {"measured": L4, "load": {"qps": 10}, "capacity": {"share": ["fraction"]}},
    "mig": {
        "measured": SLICE,
        "load": {"qps": 8},
        "capacity": {"share": ["mig"]},
        "pin": {"mig_profile": "1g.10gb"},
    },
    "time_slicing": {
        "measured": T4,
        "load": {"qps": 40},
        "scale": {"min_replicas": 2},
        "capacity": {"share": ["time_slicing"]},
    },
}


def plan_of(spec: Mapping[str, Any], **changes: Any):
    return planned_one(
        from_data({"name": "own", **spec, **changes}, load(DATE), file="shared.yaml"), load_speed()
    )


def row(answer: Any, instance_type: str, share: str | None) -> dict[str, Any]:
    found = [
        each
        for each in written(answer)["candidates"]
        if (each["instance_type"], each["share"], each["capacity"]) == (instance_type, share, "on-demand")
    ]
    assert len(found) == 1
    return found[0]


def codes(answer: Any, instance_type: str, share: str | None) -> list[str]:
    return [reason["code"] for reason in row(answer, instance_type, share)["reasons"]]


def test_a_small_service_on_an_eighth_of_an_l4_costs_half() -> None:
    shared, whole = plan_of(SPECS["fraction"]), plan_of({"measured": L4, "load": {"qps": 10}})
    assert shared.chosen.instance_type == "g6f.large"
    assert shared.chosen.replicas.max == 1
    assert shared.cost.usd_per_month.expected == "420.13"
    assert whole.chosen.instance_type == "g6.xlarge"
    assert whole.cost.usd_per_month.expected == "860.17"
    assert "needs gate NodeOverlay=true and a GRID AMI" in _warned(shared)


def _warned(plan: Any) -> str:
    return next(each.message for each in plan.warnings if each.code == "shared_accelerator")


def test_a_share_holds_only_where_it_was_measured() -> None:
    more = plan_of(SPECS["fraction"], measured=L4 | {"accelerator_memory_gib": 2.9})
    assert codes(more, "g6f.large", "1/8") == ["memory"]
    assert codes(more, "g6f.2xlarge", "1/4") == ["no_speed"]
    on_a_whole = {key: value for key, value in L4.items() if key != "accelerator_share"}
    assert codes(plan_of(SPECS["fraction"], measured=on_a_whole), "g6f.large", "1/8") == ["no_speed"]
    forbidden = plan_of({"measured": L4, "load": {"qps": 10}})
    assert codes(forbidden, "g6f.large", None) == ["host"]


def test_a_slice_is_paid_for_as_a_whole_node() -> None:
    plan = plan_of(SPECS["mig"])
    assert (plan.chosen.instance_type, plan.chosen.replicas.max) == ("p5.4xlarge", 1)
    nodes = [each for each in plan.cost.lines if each.kind == "nodes" and each.of == "expected"]
    assert [each.usd_per_month for each in nodes] == ["5022.40"]
    assert not plan.latency, "nobody measured a latency, and none is predicted"


@pytest.mark.parametrize(("accelerator", "refused"), [("A100-80GB", ["memory"]), ("H100-80GB", [])])
def test_a_slice_has_the_memory_that_its_gpu_leaves_it(accelerator: str, refused: list[str]) -> None:
    plan = plan_of(SPECS["mig"], measured=SLICE | {"accelerator": accelerator}, region="us-east-1")
    type_ = {"A100-80GB": "p4de.24xlarge", "H100-80GB": "p5.48xlarge"}[accelerator]
    assert codes(plan, type_, "mig-1g.10gb") == refused


def test_the_latency_of_a_slice_is_never_predicted() -> None:
    limited = SPECS["mig"] | {"measured": SLICE | {"latency_p95_ms": 20}, "sla": {"latency_p95_ms": 100}}
    assert codes(plan_of(limited), "p5.4xlarge", "mig-1g.10gb") == ["no_speed"]
    there = limited["measured"] | {"accelerator_share": 0.125}
    plan = plan_of(limited | {"measured": there})
    assert plan.chosen.share.profile == "1g.10gb"
    assert plan.latency["latency_p95_ms"].estimate == pytest.approx(20)


def test_a_measured_quarter_is_one_of_two_profiles() -> None:
    spec = {**SPECS["mig"], "measured": SLICE | {"accelerator_share": 0.25}, "pin": {}}
    plan = plan_of(spec)
    for profile in ("mig-1g.20gb", "mig-2g.20gb"):
        assert codes(plan, "p5.4xlarge", profile) == ["no_speed"]
    assert plan_of(spec | {"pin": {"mig_profile": "2g.20gb"}}).chosen.share.profile == "2g.20gb"


def test_an_l4_has_no_mig() -> None:
    plan = plan_of({"measured": L4, "load": {"qps": 10}, "capacity": {"share": ["mig"]}})
    (reason,) = row(plan, "g6.xlarge", "mig-none")["reasons"]
    assert (reason["code"], reason["message"]) == ("host", "L4 has no MIG")


def test_tenants_that_take_turns_wait_for_each_other() -> None:
    plan = plan_of(SPECS["time_slicing"])
    assert plan.chosen.share.per_accelerator == 2
    assert sum(pool.max_nodes for pool in plan.chosen.pools) == 1
    # Each replica keeps the T4 busy 20 ÷ 120 of the time.
    found = plan.latency["latency_p95_ms"]
    assert found.estimate == pytest.approx(45 * (1 - 1 / 6) / (1 - 2 / 6))
    assert found.high == pytest.approx(2 * 45)


def test_turns_are_forbidden_where_faults_must_be_apart_and_where_memory_is_short() -> None:
    apart = plan_of(SPECS["time_slicing"], sla={"availability": 0.999})
    assert "availability" in codes(apart, "g4dn.xlarge", "shared-2")
    large = plan_of(SPECS["time_slicing"], measured=T4 | {"accelerator_memory_gib": 8.5})
    assert codes(large, "g4dn.xlarge", "shared-2") == ["memory"]


def test_a_whole_accelerator_goes_before_a_share_that_costs_as_much() -> None:
    plan = plan_of(SPECS["time_slicing"], scale={"min_replicas": 1})
    assert plan.chosen.share is None


@pytest.mark.parametrize("way", SPECS)
def test_the_gate_reaches_the_price_of_the_plan_to_the_cent(way: str, tmp_path) -> None:
    import json
    from decimal import Decimal

    from plimsoll.pricing import price

    plan = plan_of(SPECS[way])
    spec = tmp_path / "shared.yaml"
    spec.write_text(json.dumps({"name": "own", **SPECS[way]}))
    priced = price(graph(spec, plan.chosen.region), load(), plan.chosen.region)
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(plan.cost.usd_per_month.ceiling)


@pytest.mark.parametrize("way", SPECS)
def test_objects_ask_for_the_share_and_say_what_a_node_has_of_it(way: str) -> None:
    plan = plan_of(SPECS[way])
    made = of_workload(plan, facts(plan, "karpenter", keda=True))
    assert [str(problem) for problem in validate(list(made))] == []
    kinds = {each["kind"]: each for each in made}
    resource, count = {
        "fraction": ("nvidia.com/gpu", 1),
        "mig": ("nvidia.com/mig-1g.10gb", 7),
        "time_slicing": ("nvidia.com/gpu.shared", 2),
    }[way]
    assert kinds["NodeOverlay"]["spec"]["capacity"] == {resource: str(count)}
    where = {each["key"]: each["values"] for each in kinds["NodeOverlay"]["spec"]["requirements"]}
    assert where["karpenter.sh/nodepool"] == [kinds["NodePool"]["metadata"]["name"]], "of no other pool"
    (container,) = kinds["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"][resource] == "1"
    assert list(kinds["ResourceQuota"]["spec"]["hard"]) == [f"requests.{resource}"]
    pool = kinds["NodePool"]["spec"]["template"]
    if way == "mig":
        assert pool["metadata"]["labels"]["nvidia.com/mig.config"] == "all-1g.10gb"
        assert pool["spec"]["startupTaints"][0]["key"] == "plimsoll.dev/uncut"
    if way == "time_slicing":
        assert pool["metadata"]["labels"]["nvidia.com/device-plugin.config"] == "shared-2"
        assert "renameByDefault: true" in kinds["ConfigMap"]["data"]["config.yaml"]
    if way == "fraction":
        assert "alias" not in kinds["EC2NodeClass"]["spec"]["amiSelectorTerms"][0]


@pytest.mark.parametrize("nodes", ["managed", "auto-mode"])
def test_only_karpenter_can_be_told_of_shares(nodes: str) -> None:
    plan = plan_of(SPECS["fraction"])
    with pytest.raises(SpecError) as refused:
        of_workload(plan, facts(plan, nodes, keda=True))
    assert refused.value.problems[0].path == "own.capacity.share"


WRONG = [
    ({"capacity": {"share": ["slices"]}}, "capacity.share[0]"),
    ({"capacity": {"share": ["mig", "mig"]}}, "capacity.share[1]"),
    ({"measured": L4 | {"accelerator_share": 1.5}}, "measured.accelerator_share"),
    ({"measured": L4 | {"accelerators": 2}}, "measured.accelerator_share"),
    ({"measured": SLICE | {"accelerator": "none", "accelerator_share": 0.5}}, "measured.accelerator_share"),
    ({"pin": {"mig_profile": "1g.10gb"}}, "pin.mig_profile"),
    ({"pin": {"mig_profile": "1g.10gib"}, "capacity": {"share": "mig"}}, "pin.mig_profile"),
    (
        {"measured": SLICE, "pin": {"mig_profile": "1g.18gb"}, "capacity": {"share": "mig"}},
        "pin.mig_profile",
    ),
    (
        {
            "measured": {key: value for key, value in T4.items() if key != "accelerator_memory_gib"},
            "capacity": {"share": "time_slicing"},
        },
        "measured",
    ),
]


@pytest.mark.parametrize(("change", "path"), WRONG)
def test_what_is_wrong_is_said_with_its_place(change: dict[str, Any], path: str) -> None:
    with pytest.raises(SpecError) as wrong:
        plan_of({"measured": L4, "load": {"qps": 10}} | change)
    from plimsoll.ground.paths import dotted

    paths = [p.path if isinstance(p.path, str) else dotted(p.path) for p in wrong.value.problems]
    assert path in [each.removeprefix("spec.") for each in paths]
