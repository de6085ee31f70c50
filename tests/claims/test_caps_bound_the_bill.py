"""The caps of every example proven backwards: what they permit is the plan's ceiling, and not a cent more.

The money comes from the emitted objects through the policies' road to the price; the plan is only compared.
"""

from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from plimsoll.catalog.tables import load
from plimsoll.gate.caps.bill import layer, layers, permitted
from plimsoll.gate.caps.reading import caps_of, lifted
from plimsoll.ground.tree import step
from tests.make.examples import QUERY, example
from tests.make.places import EXAMPLES
from tests.make.plans import ALONE, BASE, BURST, plan
from tests.make.program import graph_of
from tests.make.raised_caps import changed, permitted_ceiling, raised_by_one

NODE_LIMIT, QUOTA = "limit nodes", "quota requests.nvidia.com/gpu"
US = "us-east-1"


@cache
def emitted(spec):
    """What an example emits, its plan, and its region."""
    region, document = example(spec)
    with pytest.MonkeyPatch.context() as monkeypatch:
        return graph_of(monkeypatch, document, region=region, gatewayQuery=QUERY), document, region


def held_by_name(raised):
    return {str(each.cap).partition(" = ")[0]: each.held_by for each in raised}


@pytest.fixture
def two_pools(monkeypatch):
    return graph_of(monkeypatch, plan())


@pytest.fixture
def packed(monkeypatch):
    """Four one-GPU replicas on each node of four GPUs, 24 in all."""
    pool = replace(ALONE, max_replicas=24, replicas_per_node=4)
    made = plan(pool)
    return graph_of(monkeypatch, replace(made, serving=replace(made.serving, accelerators=1)))


@pytest.mark.parametrize("spec", EXAMPLES, ids=[spec.stem for spec in EXAMPLES])
def test_the_caps_permit_the_plans_ceiling_and_no_more(spec):
    emits, made, region = emitted(spec)
    permitted = permitted_ceiling(emits, load(), region)
    assert permitted == Decimal(made.cost.usd_per_month.ceiling)
    budget = made.workload.get("budget")
    if budget and budget["basis"] == "ceiling":
        assert permitted <= Decimal(str(budget["usd_per_month"]))


@pytest.mark.parametrize("spec", EXAMPLES, ids=[spec.stem for spec in EXAMPLES])
def test_one_more_of_any_cap_breaks_the_proof_or_the_layers_that_hold_it_are_named(spec):
    emits, made, region = emitted(spec)
    catalog = load()
    ceiling = permitted_ceiling(emits, catalog, region)
    alone = layers(emits, catalog, region)
    assert alone[NODE_LIMIT] == ceiling, "limits hold without anything beside them"
    raised = raised_by_one(emits, catalog, region)
    assert len(raised) == len(caps_of(emits)) >= 5
    for one in raised:
        own = layer(one.cap)
        if not own:  # a disk, or the system nodes: nothing stands beside them
            assert one.usd > ceiling, one.cap
            continue
        assert one.usd == ceiling
        assert one.held_by, f"{one.cap} may be raised, and nothing says what holds the bill"
        assert own not in one.held_by
        if fits_more_without_a_node(one.cap, made):
            assert one.alone == alone[own], f"{one.cap}: a node comes whole"
        else:
            assert one.alone > ceiling, f"{one.cap} is no cap: its layer permits one more for the same money"


def fits_more_without_a_node(cap, made):
    """One more buys nothing where it takes more than one to make a node, or a pod."""
    pool = made.chosen.pools[0]
    per_node = {"nvidia.com/gpu": pool.accelerators_per_node, "cpu": pool.vcpus_per_node}
    per_pod = {"requests.nvidia.com/gpu": made.serving.accelerators, "requests.cpu": made.serving.cpu_request}
    key = cap.path[-1]
    return (
        (per_node.get(key) or per_pod.get(key) or 1) > 1 and cap.kind in ("limit", "quota") and key != "nodes"
    )


@pytest.mark.parametrize("spec", EXAMPLES, ids=[spec.stem for spec in EXAMPLES])
def test_a_whole_node_more_breaks_the_layer_of_what_nodes_hold(spec):
    emits, made, region = emitted(spec)
    ceiling = permitted_ceiling(emits, load(), region)
    pools = {f"{made.workload['name']}-{pool.name}": pool for pool in made.chosen.pools}
    for cap in caps_of(emits):
        if cap.kind != "limit" or cap.path[-1] in ("nodes", "maxSize"):
            continue
        pool = pools[cap.name.partition(" ")[2]]
        box = pool.accelerators_per_node or pool.vcpus_per_node
        own = layer(cap)
        short = layers(changed(emits, cap, cap.value + box - 1), load(), region)[own]
        whole = layers(changed(emits, cap, cap.value + box), load(), region)[own]
        assert short == ceiling < whole


def test_both_limits_of_a_pool_raised_together_are_held_by_its_pods_alone(two_pools):
    """What the admission policies are for: two caps raised at once are still held by the third."""
    catalog = load()
    ceiling = permitted_ceiling(two_pools, catalog, US)
    both = two_pools
    for cap in caps_of(two_pools):
        if cap.name == "NodePool support-chat-burst":
            both = changed(both, cap, cap.value + (4 if cap.path[-1] == "nvidia.com/gpu" else 1))
    assert permitted_ceiling(both, catalog, US) == ceiling
    scaler = next(cap for cap in caps_of(both) if cap.name.startswith("ScaledObject"))
    quota = next(cap for cap in caps_of(both) if cap.kind == "quota")
    assert permitted_ceiling(changed(both, scaler, scaler.value + 1), catalog, US) == ceiling
    all_four = changed(changed(both, scaler, scaler.value + 1), quota, quota.value + 4)
    one_node = permitted_ceiling(all_four, catalog, US) - ceiling
    offering = catalog.offering("g6e.12xlarge", US).on_demand.usd
    assert one_node == pytest.approx(Decimal("803") * offering, rel=Decimal("0.01"))


def test_what_holds_is_named(two_pools):
    held = held_by_name(raised_by_one(two_pools, load(), US))
    others = {"limit nodes", "limit nvidia.com/gpu", QUOTA, "replicas"}
    assert set(held["ScaledObject support-chat-burst spec.maxReplicaCount"]) == others - {"replicas"}
    assert set(held["NodePool support-chat-base spec.limits.nodes"]) == others - {"limit nodes"}
    assert held["EC2NodeClass support-chat-base spec.blockDeviceMappings.0.ebs.volumeSize"] == ()


def test_replicas_that_share_nodes_bound_them_only_through_the_limits(packed):
    """At worst each replica has a node of its own: quota and autoscaler alone permit 24 nodes, not 6."""
    catalog = load()
    alone = layers(packed, catalog, US)
    ceiling = permitted_ceiling(packed, catalog, US)
    assert alone["limit nodes"] == alone["limit nvidia.com/gpu"] == ceiling
    assert alone[QUOTA] == alone["replicas"] > 3 * ceiling
    for name, held_by in held_by_name(raised_by_one(packed, catalog, US)).items():
        if name.startswith("NodePool"):
            assert "replicas" not in held_by
            assert QUOTA not in held_by


def test_a_quota_is_spent_on_the_dearest_pool_first(monkeypatch):
    cheap = replace(BURST, instance_type="g6.xlarge", accelerators_per_node=1, vcpus_per_node=4)
    dear = replace(BASE, max_replicas=2, max_nodes=2)
    emits = graph_of(monkeypatch, plan(dear, cheap))
    quota = next(cap for cap in caps_of(emits) if cap.kind == "quota")
    two_pods = permitted_ceiling(changed(emits, quota, Decimal(8)), load(), US)
    limits = [cap for cap in caps_of(emits) if cap.name == "NodePool support-chat-burst"]
    only_dear = emits
    for cap in limits:
        only_dear = changed(only_dear, cap, Decimal(0))
    assert two_pods == permitted_ceiling(only_dear, load(), US)


def test_no_cap_at_all_is_refused(two_pools):
    bare = lifted(two_pools, [cap for cap in caps_of(two_pools) if layer(cap)])
    found = permitted(bare, load(), US)
    assert found.ceiling is None
    assert any("grow without end" in refused.message for refused in found.cannot_price)


def test_pods_bound_nothing_where_no_admission_policy_refuses_others(two_pools):
    policies = "kubernetes:admissionregistration.k8s.io/"
    kept = tuple(each for each in two_pools.resources if not each.type.startswith(policies))
    open_to_all = replace(two_pools, resources=kept)
    alone = layers(open_to_all, load(), US)
    assert alone["replicas"] is None
    assert alone[QUOTA] is None
    assert alone[NODE_LIMIT] == permitted_ceiling(two_pools, load(), US)


def test_a_changed_cap_changes_nothing_else(two_pools):
    cap = next(each for each in caps_of(two_pools) if each.kind == "disk")
    after = changed(two_pools, cap, cap.value + 1)
    differing = [new.urn for old, new in zip(two_pools.resources, after.resources, strict=True) if old != new]
    assert differing == [cap.urn]
    found = next(resource for resource in after.resources if resource.urn == cap.urn)
    assert step(found.inputs, *cap.path) == "201Gi"


def test_a_replica_that_spans_nodes_has_the_quota_for_all_of_its_pods(monkeypatch):
    spanning = plan(replace(BASE, nodes_per_replica=2, max_nodes=4))
    emits = graph_of(monkeypatch, spanning, leaderWorkerSet="true")
    catalog = load()
    ceiling = permitted_ceiling(emits, catalog, US)
    assert all(usd == ceiling for usd in layers(emits, catalog, US).values())
    assert spanning.pod_quota == {"requests.nvidia.com/gpu": "16"}
