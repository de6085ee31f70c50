"""NodePools: what their limits let them cost."""

from decimal import Decimal

import pytest

from plimsoll.ground.markers import UNKNOWN, Secret
from plimsoll.ground.units import to_cent
from tests.make.graphs import need, node_class, node_pool, resource, types_in
from tests.make.prices import CATALOG, catalog, only_problem, pool_priced, priced

DISK = Decimal(8)  # 100 GiB of gp3 at $0.08


def month(usd_per_hour: str, nodes: str = "1") -> Decimal:
    return to_cent(Decimal(usd_per_hour) * 730 * Decimal(nodes))


def test_one_type_costs_its_limit_its_share_in_flight_and_its_disks() -> None:
    result = pool_priced(types_in("g6.xlarge"), limits={"nvidia.com/gpu": "10"})
    assert result.ceiling == month("0.8048", "10") + month("0.8048", "1") + 11 * DISK
    assert [line.item for line in result.lines] == [
        "nodes g6.xlarge",
        "overshoot g6.xlarge",
        "volumes ebs-gp3-storage",
    ]
    assert all(line.source and line.as_of for line in result.lines)


def test_the_ceiling_is_at_on_demand_whatever_the_capacity_type() -> None:
    spot = need("karpenter.sh/capacity-type", "In", "spot")
    limits = {"nvidia.com/gpu": 3}
    spot_only, either = (
        pool_priced(types_in("g6.xlarge"), spot, limits=limits),
        pool_priced(types_in("g6.xlarge"), limits=limits),
    )
    assert spot_only.ceiling == either.ceiling


def test_the_dearest_admitted_type_decides() -> None:
    both = pool_priced(types_in("g6.xlarge", "p5.48xlarge"), limits={"nvidia.com/gpu": "8"})
    big = pool_priced(types_in("p5.48xlarge"), limits={"nvidia.com/gpu": "8"})
    assert both.ceiling == big.ceiling


def test_a_mixture_may_be_dearer_than_any_one_type() -> None:
    # 9 GPUs: one p5 fills 8, and only a one-GPU type fits beside it.
    result = pool_priced(types_in("g6.xlarge", "p5.48xlarge"), limits={"nvidia.com/gpu": "9"})
    nodes = {line.item: line.quantity for line in result.lines if line.item.startswith("nodes")}
    assert nodes == {"nodes p5.48xlarge": 730, "nodes g6.xlarge": 730}


@pytest.mark.parametrize(
    ("requirement", "admitted"),
    [
        (need("gpu-count", "In", "4"), {"g6.12xlarge"}),
        (need("gpu-count", "Gt", "4"), {"p5.48xlarge"}),
        (need("gpu-count", "Gte", "8"), {"p5.48xlarge"}),
        (need("gpu-name", "In", "a10g"), {"g5.xlarge"}),
        (need("family", "In", "g5"), {"g5.xlarge"}),
        (need("category", "In", "p"), {"p5.48xlarge"}),
    ],
)
def test_operators_admit_what_karpenter_admits(requirement: object, admitted: set[str]) -> None:
    no_p5e = need("node.kubernetes.io/instance-type", "NotIn", "p5e.48xlarge")
    result = pool_priced(requirement, no_p5e, limits={"nodes": "1"})
    assert {line.item.removeprefix("nodes ") for line in result.lines if "nodes" in line.item} == admitted


@pytest.mark.parametrize(
    "requirement",
    [
        need("gpu-count", "Lt", "2"),
        need("gpu-count", "Lte", "1"),
        need("gpu-name", "NotIn", "l4", "h100", "h200"),
        need("cpu", "Lte", "4"),
    ],
)
def test_operators_that_bound_from_above_exclude_the_dear_types(requirement: object) -> None:
    gpu = need("gpu-name", "Exists")
    result = pool_priced(gpu, requirement, limits={"nodes": "1"})
    assert next(line.item for line in result.lines) == "nodes g5.xlarge"


def test_a_label_that_does_not_exist_keeps_accelerators_out() -> None:
    no_gpu = need("gpu-count", "DoesNotExist")
    result = pool_priced(
        need("family", "In", "m7i"), need("size", "In", "large", "xlarge"), no_gpu, limits={"cpu": 4}
    )
    assert {line.item for line in result.lines if line.item.startswith("nodes")} <= {
        "nodes m7i.large",
        "nodes m7i.xlarge",
    }


def test_template_labels_count_as_requirements() -> None:
    labels = {"node.kubernetes.io/instance-type": "g6.xlarge"}
    result = priced(node_class(), node_pool(need("gpu-name", "Exists"), labels=labels, limits={"nodes": "1"}))
    assert result.lines[0].item == "nodes g6.xlarge"


@pytest.mark.parametrize("limits", [None, {}, {"ephemeral-storage": "1Ti"}, {"nvidia.com/gpus": "4"}])
def test_without_a_limit_that_bounds_it_a_pool_is_unlimited(limits: object) -> None:
    code, message = only_problem(pool_priced(types_in("g6.xlarge"), limits=limits))
    assert code == "unlimited"
    assert "limits.nodes" in message


def test_a_gpu_limit_does_not_bound_a_type_that_reports_no_gpu() -> None:
    # Karpenter reports 0 GPUs for g6f, and amd.com/gpu for g4ad.
    for loose in ("g6f.large", "g4ad.xlarge", "m7i.large"):
        code, _ = only_problem(pool_priced(types_in("g6.xlarge", loose), limits={"nvidia.com/gpu": "4"}))
        assert code == "unlimited", loose


def test_an_unlimited_pool_has_no_ceiling_but_a_floor() -> None:
    result = pool_priced(types_in("g6.xlarge"))
    assert result.ceiling is None
    assert result.floor == 0


def test_an_overlay_that_understates_a_node_loosens_the_limit() -> None:
    overlay = resource(
        "kubernetes:karpenter.sh/v1alpha1:NodeOverlay", "overlay", spec={"capacity": {"nvidia.com/gpu": "1"}}
    )
    pool = node_pool(types_in("p5.48xlarge"), limits={"nvidia.com/gpu": "8"})
    plain, overlaid = priced(node_class(), pool), priced(node_class(), pool, overlay)
    assert plain.ceiling is not None
    assert overlaid.ceiling is not None
    assert overlaid.ceiling == 8 * plain.ceiling


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"limits": {"cpu": UNKNOWN}}, "unknown_value"),
        ({"limits": UNKNOWN}, "unknown_value"),
        ({"limits": {"cpu": Secret("8")}}, "unknown_value"),
        ({"limits": {"cpu": "-8"}}, "invalid_value"),
        ({"limits": {"cpu": "eight"}}, "invalid_value"),
        ({"limits": {"cpu": float("nan")}}, "invalid_value"),
        ({"limits": {"cpu": True}}, "invalid_value"),
        ({"limits": {"cpu": "\uff18"}}, "invalid_value"),  # a full-width 8
        ({"limits": {"cpu": 10**30}}, "invalid_value"),
        ({"limits": {"cpu": "1e99"}}, "invalid_value"),
        ({"limits": [4]}, "invalid_value"),
        ({"template": UNKNOWN}, "unknown_value"),
        ({"template": None}, "invalid_value"),
    ],
)
def test_a_limit_that_cannot_be_read_is_refused(changes: dict[str, object], code: str) -> None:
    pool = node_pool(types_in("g6.xlarge"), limits={"cpu": "8"})
    spec = {**pool.inputs["spec"], **changes}
    broken = resource(pool.type, "pool", spec=spec)
    assert only_problem(priced(node_class(), broken))[0] == code


@pytest.mark.parametrize(
    ("requirement", "code"),
    [
        (types_in("p9.48xlarge"), "unpriced"),
        (types_in("P5.48xlarge"), "unpriced"),
        (types_in("p5.48xlarge "), "unpriced"),
        (types_in("\u0440\u0035.48xlarge"), "unpriced"),  # a Cyrillic r
        (types_in("p5e.48xlarge"), "unpriced"),  # no on-demand price
        (types_in(UNKNOWN), "unknown_value"),  # type: ignore[arg-type]
        (need("category", "In", "c", "m", "r"), "unpriced"),
        (need("cpu", "Gt", "2"), "unpriced"),
        (need("node.kubernetes.io/instance-type", "Exists"), "unpriced"),
        (
            need("node.kubernetes.io/instance-family", "In", "g6"),
            "unpriced",
        ),  # a custom label: restricts nothing
        (need("eks.amazonaws.com/instance-family", "In", "g6"), "unpriced"),  # Auto Mode's, on a plain pool
        (need("gpu-name", "In", "b300"), "invalid_value"),
        (need("gpu-count", "Near", "1"), "invalid_value"),
        (need("gpu-count", "Gt", "one"), "invalid_value"),
        (need("gpu-count", "Gt", "1", "2"), "invalid_value"),
        (need("gpu-name", "In"), "invalid_value"),
        (need("kubernetes.io/os", "In", "windows"), "unpriced"),
        (need("karpenter.sh/capacity-type", "In", "sp0t"), "invalid_value"),
        (need("topology.kubernetes.io/zone", "In", "us-west-2a"), "invalid_value"),
        (need("topology.kubernetes.io/zone", "In", "us-east-1-bos-1a"), "unpriced"),
        (need("tenancy", "In", "dedicated"), "unpriced"),
    ],
)
def test_requirements_that_admit_what_nobody_can_price_are_refused(requirement: object, code: str) -> None:
    others = [] if "instance-type" in str(requirement) else [types_in("g6.xlarge")]
    open_ended = str(requirement)
    if any(part in open_ended for part in ("category", "-cpu'", "family")):
        others = []
    assert only_problem(pool_priced(requirement, *others, limits={"nodes": 1}))[0] == code


def test_two_lists_of_types_admit_only_what_both_hold() -> None:
    result = pool_priced(
        types_in("g6.xlarge", "p5.48xlarge"), types_in("g6.xlarge", "g5.xlarge"), limits={"nodes": "1"}
    )
    assert result.lines[0].item == "nodes g6.xlarge"


def test_the_region_of_the_cluster_decides_the_price() -> None:
    cluster = resource(
        "aws:eks/cluster:Cluster", "c", region="eu-central-1", upgradePolicy={"supportType": "STANDARD"}
    )
    pool = node_pool(types_in("g6.xlarge"), limits={"nodes": "1"}, region="us-east-1")
    line = priced(cluster, node_class(), pool).lines[-3]
    assert line.usd_per_unit == Decimal("0.8048") * Decimal("1.25")


def test_without_a_region_the_dearest_counts_and_the_line_says_so() -> None:
    pool = node_pool(types_in("g6.xlarge"), limits={"nodes": "1"}, region=None)
    result = priced(node_class(), pool)
    assert result.lines[0].usd_per_unit == Decimal("0.8048") * Decimal("1.25")
    assert "eu-central-1" in result.lines[0].note


def test_a_zone_says_where_a_pool_lies() -> None:
    zone = need("topology.kubernetes.io/zone", "In", "us-east-1a", "us-east-1b")
    pool = node_pool(types_in("g6.xlarge"), zone, limits={"nodes": "1"}, region=None)
    assert priced(node_class(), pool).lines[0].usd_per_unit == Decimal("0.8048")


def test_a_static_pool_has_its_replicas_and_may_grow_to_its_node_limit() -> None:
    fixed = pool_priced(types_in("g6.xlarge"), replicas=2)
    loose = pool_priced(types_in("g6.xlarge"), replicas=2, limits={"nodes": "5"})
    assert fixed.lines[0].quantity == 2 * 730
    assert loose.lines[0].quantity == 5 * 730
    assert fixed.floor == loose.floor == month("0.30", "2") + 2 * DISK


def test_limits_too_small_for_any_node_cost_nothing() -> None:
    result = pool_priced(types_in("p5.48xlarge"), limits={"nvidia.com/gpu": "4"})
    assert result.ceiling == 0
    assert result.free[-1].urn.endswith("::pool")


def test_auto_mode_reads_its_own_labels_and_adds_its_fee_to_every_node_hour() -> None:
    pool = node_pool(need("eks.amazonaws.com/instance-family", "In", "g5"), limits={"nodes": "1"})
    pool.inputs["spec"]["template"]["spec"]["nodeClassRef"] = {
        "group": "eks.amazonaws.com",
        "kind": "NodeClass",
        "name": "auto",
    }
    auto = resource(
        "kubernetes:eks.amazonaws.com/v1:NodeClass", "auto", metadata={"name": "auto"}, spec={"role": "r"}
    )
    lines = [(line.item, line.quantity, line.usd_per_unit) for line in priced(auto, pool).lines]
    assert lines[0][0] == "nodes g5.xlarge"
    assert lines[1] == ("Auto Mode fee g5.xlarge", 730, Decimal("0.12072"))  # 12 % of $1.006, as published
    assert ("Auto Mode fee g5.xlarge", 73, Decimal("0.12072")) in lines


def test_a_node_class_that_is_not_there_leaves_the_disks_unknown() -> None:
    code, message = only_problem(priced(node_pool(types_in("g6.xlarge"), limits={"nodes": 1})))
    assert code == "unpriced"
    assert "node class" in message


def test_equal_inputs_give_equal_results_whatever_the_order_of_keys() -> None:
    wanted = [need("gpu-name", "Exists"), need("gpu-count", "In", "1", "4"), need("memory", "Gt", "1000")]
    one = pool_priced(*wanted, limits={"nodes": "7", "cpu": "100"})
    other = pool_priced(*reversed(wanted), limits={"cpu": "100", "nodes": "7"})
    assert one == other
    assert CATALOG.priced_on == "2026-11-01"


def test_prices_that_contradict_each_other_are_refused() -> None:
    facts = ("L4", 1, 1.0, 4, 16, "0.8048", "0.90")
    pool = node_pool(types_in("g6.xlarge"), limits={"nodes": "1"})
    code, message = only_problem(priced(node_class(), pool, catalog=catalog({"g6.xlarge": facts})))
    assert (code, "contradict" in message) == ("unpriced", True)
    rounded = (*facts[:6], "0.80481")
    assert priced(node_class(), pool, catalog=catalog({"g6.xlarge": rounded})).cannot_price == ()


@pytest.mark.parametrize("size", [100, "100", "102400Mi", "107374182400"])
def test_a_disk_of_a_node_class_has_a_unit_or_is_not_read(size: object) -> None:
    """Bare, it would be 100 bytes, which is a cent of the disk that was meant; the definition admits none."""
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": size, "volumeType": "gp3"}}
    node, pool = (
        node_class(blockDeviceMappings=[disk]),
        node_pool(types_in("g6.xlarge"), limits={"nodes": "1"}),
    )
    code, message = only_problem(priced(node, pool))
    assert code == "invalid_value"
    assert "100Gi" in message
