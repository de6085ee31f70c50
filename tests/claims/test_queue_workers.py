"""Workers behind a queue: the reference's cases, and waits that an event simulation confirms."""

import heapq
import json
import math
import os
from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest

from plimsoll.catalog.tables import load
from plimsoll.graph.from_manifests import resources_of
from plimsoll.graph.resource import Graph
from plimsoll.manifests.published import validate
from plimsoll.plan.plan import Refusal
from plimsoll.preview.program import run_program
from plimsoll.pricing import price
from plimsoll.sizing.waits.tasks import UTILISATION, Arrivals
from tests.make.drawn import COUNT
from tests.make.places import ROOT
from tests.make.program import program
from tests.make.queues import TYPES, answer, objects, one, planned, spec

WHOLE = bool(os.environ.get("PLIMSOLL_PROOFS"))
QUEUES = 200 if WHOLE else 20
TASKS = 120_000
TWO_MOMENTS = 1.5
"""Above this the wait depends on the shape of the times, and not on their spread alone: it is still held."""


@pytest.mark.parametrize(
    ("per_s", "task_ms", "wait_ms", "workers"),
    [(2, 3000, 10000, 7), (2, 3000, 2000, 9), (2, 3000, 0, 11), (0.5, 60000, 300000, 34)],
)
def test_workers_of_the_published_cases(per_s: float, task_ms: float, wait_ms: float, workers: int) -> None:
    plan = planned(
        spec(
            {"tasks_per_s": per_s, "longest_task_s": None},
            {"task_mean_ms": task_ms},
            {"wait_p95_ms": wait_ms},
        )
    )
    assert plan.chosen.replicas.peak == workers
    assert plan.latency["wait_p95_ms"].estimate <= wait_ms


def test_the_first_case_costs_what_seven_nodes_cost() -> None:
    plan = planned(spec())
    nodes = [line for line in plan.cost.lines if line.kind == "nodes" and line.of == "ceiling"]
    assert (plan.chosen.instance_type, [line.usd_per_month for line in nodes]) == ("g4dn.xlarge", ["2687.86"])
    assert plan.latency["wait_p95_ms"].estimate == pytest.approx(7500, rel=0.01)


@pytest.mark.parametrize(("drain_s", "workers", "takes_s"), [(2500, 10, 2500), (1800, 14, 1666.7)])
def test_a_backlog_is_drained_in_time(drain_s: float, workers: int, takes_s: float) -> None:
    data = spec(
        {"tasks_per_s": 1, "backlog": 10000},
        {"task_mean_ms": 2000},
        {"wait_p95_ms": None, "drain_s": drain_s},
    )
    plan = planned(data)
    assert plan.chosen.replicas.peak == workers
    assert plan.latency["drain_s"].estimate == pytest.approx(takes_s, rel=0.001)


def test_partitions_bound_the_workers_and_more_of_them_are_a_way_out() -> None:
    queue = {"type": "kafka", "tasks_per_s": 3.5, "partitions": 8}
    found = answer(spec(queue))
    assert isinstance(found, Refusal)
    assert found.binding == ("max_replicas",)
    near = [row for row in found.candidates if row.id == "us-east-1/g4dn.xlarge/on-demand"]
    assert [(each.code, each.limit, each.value) for each in near[0].reasons] == [("max_replicas", 8, 12)]
    assert [(way.change, way.from_, way.to) for way in found.ways_out] == [("load.queue.partitions", 8, 12)]
    enough = planned(spec(queue | {"partitions": 12}))
    assert enough.chosen.replicas.max == 12


def test_spot_is_refused_where_a_task_takes_longer_than_its_notice() -> None:
    plan = planned(spec({"longest_task_s": 300}, capacity={"spot": "prefer"}))
    assert plan.chosen.capacity == "on-demand"
    (spot,) = [row for row in plan.candidates if row.id == "us-east-1/g4dn.xlarge/spot"]
    assert [(each.code, each.limit, each.value) for each in spot.reasons] == [("interruption", 100, 300)]
    assert planned(spec({"longest_task_s": 40}, capacity={"spot": "prefer"})).chosen.capacity == "spot"


@pytest.mark.parametrize(
    ("kind", "target", "counted"), [("sqs", 51, True), ("redis", 50, False), ("rabbitmq", 51, True)]
)
def test_the_target_holds_a_p95_and_not_a_mean(kind: str, target: int, counted: bool) -> None:
    plan = planned(spec({"type": kind, "longest_task_s": None}, {"task_mean_ms": 100}))
    assert plan.queue is not None
    assert (plan.queue.target_per_worker, plan.queue.in_flight_counted) == (target, counted)
    assert plan.autoscaling.target == target


def test_workers_stand_ready_where_none_starts_in_time() -> None:
    plan = planned(spec())
    assert plan.serving.cold_start_s == 125
    assert plan.chosen.replicas.min == 7
    floor = [line for line in plan.cost.lines if line.kind == "nodes" and line.of == "floor"]
    assert [line.quantity for line in floor] == [str(7 * 730)]
    scaled = one(objects(plan), "ScaledObject")["spec"]
    assert (scaled["minReplicaCount"], scaled["maxReplicaCount"]) == (7, 7)


def test_who_lets_them_sleep_is_told_what_the_first_task_waits() -> None:
    plan = planned(spec(scale={"to_zero": True}))
    assert one(objects(plan), "ScaledObject")["spec"]["minReplicaCount"] == 0
    (told,) = [each for each in plan.assumptions if each.name == "scale to zero"]
    late = "a start takes longer than the 10 s of sla.wait_p95_ms, and no worker is kept"
    assert told.source.startswith(late)
    assert "whenever the load rises, a task waits >= 125 s, outside the sla" in told.source
    assert told.source.endswith("wait_p95 is of workers that run")


def test_a_wait_that_a_start_keeps_is_broken_by_nothing_but_the_first() -> None:
    plan = planned(spec(None, None, {"wait_p95_ms": 600000}, scale={"to_zero": True}))
    (told,) = [each for each in plan.assumptions if each.name == "scale to zero"]
    assert told.source == "the first task after idle waits >= 125 s, outside the sla"


def test_workers_for_a_backlog_alone_need_not_stand_ready() -> None:
    plan = planned(spec({"backlog": 10000}, None, {"drain_s": 7200}))
    assert (plan.chosen.replicas.min, plan.chosen.replicas.max) == (7, 11)


def _drawn(seed: int) -> dict[str, object]:
    """Workers of any kind of queue, short tasks and long ones, that sleep or stand ready, on spot or not."""
    draw = Random(f"roads {seed}")
    mean = draw.choice([200, 3000, 60000, 900000])
    queue = {
        "type": draw.choice(TYPES),
        "tasks_per_s": {"peak": draw.choice([0.5, 4]) * 3000 / mean, "average": 0.1 * 3000 / mean},
        "longest_task_s": draw.choice([mean / 1000, mean / 250]),
        "backlog": draw.choice([None, 500]),
    }
    rest: dict[str, object] = {"capacity": {"spot": draw.choice(["never", "allow", "prefer"])}}
    if draw.random() < 0.5:
        rest["scale"] = {"to_zero": True}
    sla = {"wait_p95_ms": draw.choice([None, 2000, 600000]), "availability": draw.choice([0.99, 0.999])}
    slots = {"task_mean_ms": mean, "tasks_at_once": draw.choice([1, 3])}
    return spec(queue, slots, sla, **rest)


@pytest.mark.parametrize("seed", range(COUNT))
def test_both_roads_bound_workers_alike(seed: int) -> None:
    plan = planned(_drawn(seed))
    made = [each for one in objects(plan) for each in resources_of(one, "f", [])]
    priced = price(Graph(tuple(made), region="us-east-1"), load(), "us-east-1")
    assert priced.cannot_price == ()
    assert priced.ceiling == Decimal(plan.ceiling_usd("workload"))
    assert [str(problem) for problem in validate(objects(plan))] == []
    scaled = [each["spec"] for each in objects(plan) if each["kind"] in ("ScaledObject", "ScaledJob")]
    pool = plan.chosen.pools[-1]
    bounds = [(each["minReplicaCount"], each["maxReplicaCount"]) for each in scaled]
    assert bounds == [(pool.min_replicas, pool.max_replicas)]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("longest_s", [40, 1800])
def test_what_the_plan_says_of_a_queue_is_what_is_written(kind: str, longest_s: float) -> None:
    plan = planned(spec({"type": kind, "longest_task_s": longest_s}, None, {"wait_p95_ms": 400000}))
    queue, made = plan.queue, objects(plan)
    assert queue is not None
    assert queue.scaled_by == ("ScaledObject" if longest_s < 600 else "ScaledJob")
    scaled = one(made, queue.scaled_by)["spec"]
    (trigger,) = scaled["triggers"]
    assert trigger["metadata"][TARGET[kind]] == str(queue.target_per_worker)
    if kind in COUNTED:
        key, counted = COUNTED[kind]
        assert trigger["metadata"][key] == ("true" if queue.in_flight_counted is counted else "false")
    if queue.scaled_by == "ScaledObject":
        assert scaled["cooldownPeriod"] == queue.cooldown_s >= longest_s
        pod = one(made, "Deployment")["spec"]["template"]["spec"]
    else:
        strategy = "default" if queue.in_flight_counted else "accurate"
        assert scaled["scalingStrategy"]["strategy"] == strategy
        pod = scaled["jobTargetRef"]["template"]["spec"]
        assert scaled["jobTargetRef"]["activeDeadlineSeconds"] >= queue.visibility_timeout_s
    assert pod["terminationGracePeriodSeconds"] == queue.grace_s >= longest_s
    told = {each["name"]: each.get("value") for each in pod["containers"][0]["env"]}
    assert told["PLIMSOLL_VISIBILITY_TIMEOUT_S"] == str(queue.visibility_timeout_s)
    assert queue.visibility_timeout_s >= longest_s + queue.grace_s
    assert "ports" not in pod["containers"][0]
    assert not [each for each in made if each["kind"] in ("Service", "PodMonitor")]


def test_workers_may_take_tasks_and_keda_may_only_count_them() -> None:
    values = {
        "region": "us-east-1",
        "cluster": {"name": "demo"},
        "workloads": [str(ROOT / "workloads" / "receipt-ocr.yaml")],
        "tags": {"team": "platform", "cost-center": "0000"},
        "queues": {"receipt-ocr": "https://sqs.us-east-1.amazonaws.com/111122223333/receipts"},
    }
    found = run_program(program(values)).resources
    policies = {
        each.name: json.loads(each.inputs["policy"])["Statement"][0]
        for each in found
        if each.type == "aws:iam/rolePolicy:RolePolicy" and "queue" in each.name
    }
    assert set(policies) == {"receipt-ocr-queue", "keda-queues"}
    arns = {arn for said in policies.values() for arn in said["Resource"]}
    assert arns == {"arn:aws:sqs:us-east-1:*:receipts"}
    assert policies["keda-queues"]["Action"] == ["sqs:GetQueueAttributes"]
    assert "sqs:DeleteMessage" in policies["receipt-ocr-queue"]["Action"]
    who = {
        (each.inputs["namespace"], each.inputs["serviceAccount"])
        for each in found
        if each.type.endswith(":PodIdentityAssociation")
    }
    assert {("receipt-ocr", "default"), ("keda", "keda-operator")} <= who
    (scaled,) = [each.inputs for each in found if each.type.endswith(":ScaledObject")]
    assert scaled["spec"]["triggers"][0]["metadata"]["queueURL"] == values["queues"]["receipt-ocr"]


TARGET = {
    "sqs": "queueLength",
    "redis": "listLength",
    "redis_streams": "lagCount",
    "rabbitmq": "value",
    "kafka": "lagThreshold",
}
COUNTED = {"sqs": ("scaleOnInFlight", True), "rabbitmq": ("excludeUnacknowledged", False)}
"""KEDA's own words for the target, and for tasks in flight where its scaler can be told."""


@pytest.mark.parametrize("number", range(QUEUES))
def test_a_simulation_confirms_the_wait_and_that_no_worker_is_idle_for_nothing(number: int) -> None:
    drawn = Random(f"queue {number if WHOLE else number * 10}")
    task_s = 10 ** drawn.uniform(-1, 2)
    offered = 10 ** drawn.uniform(-0.3, 1.7)
    cv, slots = drawn.choice([0, 0.3, 0.5, 1, 1, 1.5, 2]), drawn.choice([1, 1, 2, 4])
    wait_s = task_s * 10 ** drawn.uniform(-1, 1)
    tasks = Arrivals(offered / task_s, task_s, cv)
    workers = tasks.workers(slots, wait_s, 0.0, None)
    times = _times(drawn, task_s, cv)
    assert _p95(drawn, tasks.per_s, times, workers * slots) <= wait_s * 1.01, (
        "sampling noise of one in a hundred"
    )
    least = math.ceil(offered / UTILISATION / slots - 1e-9)
    if workers - 2 >= least and cv <= TWO_MOMENTS:
        assert _p95(drawn, tasks.per_s, times, (workers - 2) * slots) > wait_s


def _times(drawn: Random, mean: float, cv: float) -> Callable[[], float]:
    """Times of tasks, lognormal: nothing that the formula knows of."""
    sigma = math.sqrt(math.log(1 + cv * cv))
    return lambda: drawn.lognormvariate(math.log(mean) - sigma * sigma / 2, sigma) if cv else mean


def _p95(drawn: Random, per_s: float, times: Callable[[], float], slots: int) -> float:
    """Tasks come one by one and take the slot that is free first; the first tenth warms up."""
    free, clock, waits = [0.0] * slots, 0.0, []
    for _ in range(TASKS):
        clock += drawn.expovariate(per_s)
        begun = max(clock, heapq.heappop(free))
        waits.append(begun - clock)
        heapq.heappush(free, begun + times())
    settled = sorted(waits[TASKS // 10 :])
    return settled[int(0.95 * len(settled))]
