"""Fleets that are faster or slower than the model, with lengths of a trace, get the size that they need.

A seeded tenth of 100 fleets runs always, all of them under PLIMSOLL_PROOFS=1. Each was planned with a load
and lengths that are off; two weeks of its metrics, written by the event simulation, are held against that
plan. What it needs is what the same simulation, fed with the trace itself, finds: the most load of a replica
that holds the SLA, within the share of its throughput that plans use.
"""

import os
import random

import pytest

from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.rightsizing.capacity import predicted
from plimsoll.rightsizing.proposed import LockedWorkload
from plimsoll.rightsizing.report import report
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from plimsoll.telemetry.ranges import ranges_of
from tests.make.fleets import Fleet, Sampled, TraceLengths, as_fast, served

SERVICES = (
    ("meta-llama/Llama-3.1-8B-Instruct", "g6e.xlarge", 1, 1500, 60),
    ("Qwen/Qwen3-8B", "g6.xlarge", 1, 4000, 120),
    ("google/gemma-3-27b-it", "g6e.12xlarge", 4, 2000, 60),
    ("meta-llama/Llama-3.1-8B-Instruct", "p5.4xlarge", 1, 800, 30),
)
"""Model, type, accelerators of a replica, TTFT and TPOT p95 in milliseconds."""

ALL = 100
COUNT = ALL if os.environ.get("PLIMSOLL_PROOFS") == "1" else ALL // 10

NEAR = 0.95
"""Share of fleets that must get what they need, but for one replica: 95 of 100, 9 of the ten drawn here."""

TRUTH = 20_000
"""Requests by which a fleet's own capacity is found: its 95th percentiles are then known to a per cent."""

LEAST_SHARE = 0.3
"""A replica whose limit allows less of its throughput is at the edge of what its type can do at all: there a
per cent of latency is worth several replicas, and what it needs is no number."""


@pytest.fixture(scope="module")
def fleets():
    """Right size, proposed size, and the 95th percentiles of the replay there, of each fleet."""
    found, seed = [], 0
    while len(found) < COUNT:
        seed += 1
        if (result := _result(seed)) is not None:
            found.append(result)
    return found


def test_fleets_get_what_they_need_but_for_one_replica(fleets):
    near = [abs(proposed - needed) <= 1 for needed, proposed, _ in fleets]
    assert sum(near) >= int(NEAR * len(fleets)), [(needed, proposed) for needed, proposed, _ in fleets]


def test_proposals_hold_their_limits_in_the_replay(fleets):
    assert [each for each in fleets if max(each[2]) > 1] == []


def _result(seed):
    rng, catalog, speed = random.Random(seed), load(), load_speed()
    model, instance, split, ttft, tpot = SERVICES[seed % len(SERVICES)]
    trace = TraceLengths(
        rng.uniform(200, 900), rng.uniform(80, 350), rng.uniform(0.02, 0.15), rng.uniform(2000, 6000)
    )
    factor, wanted = rng.uniform(0.7, 1.4), rng.randint(2, 12)
    base = {
        "name": "fleet",
        "model": model,
        "region": "us-east-1",
        "sla": {"ttft_p95_ms": ttft, "tpot_p95_ms": tpot},
        "pin": {"instance_type": instance, "tensor_parallel": split},
    }

    def planned(**changes):
        spec = from_data({**base, **changes}, catalog, file="fleet")
        return spec, size(spec.workload, spec.architecture, spec.catalog, speed, spec.assumed)

    (prompt, prompt95), (answer, answer95) = trace.figures
    lengths = {
        "input_tokens": {"mean": prompt, "p95": max(prompt95, prompt)},
        "output_tokens": {"mean": answer, "p95": max(answer95, answer)},
    }
    spec, plan = planned(load={"qps": 1, **lengths})
    ours = predicted(spec, written(plan)["chosen"], catalog, speed) if isinstance(plan, Plan) else None
    if ours is None:
        return None
    real = as_fast(ours.replica, factor)
    most = real.qps_of(real.top_batch)
    capacity = _capacity(lambda qps: _shares(real, qps, trace, seed, (ttft, tpot)), most)
    if capacity < LEAST_SHARE * most:
        return None
    qps = capacity * (wanted - 0.4)
    off = rng.uniform(0.7, 1.3)
    asked = {
        "qps": qps * rng.uniform(1.0, 2.5),
        "input_tokens": {"mean": prompt * off, "p95": 2.5 * prompt * off},
        "output_tokens": answer * rng.uniform(0.8, 1.25),
    }
    _, plan = planned(load=asked)
    if not isinstance(plan, Plan):
        return None
    running = max(plan.chosen.replicas.peak, wanted)
    if running > plan.chosen.replicas.peak:  # somebody had to add some by hand
        _, plan = planned(load=asked, pin={**base["pin"], "replicas": running})
    metrics = Fleet(real, running, qps, trace, 14, seed).metrics()
    lock = LockedWorkload(written(plan), "fleet.yaml", catalog)
    found = report([lock], ranges_of(metrics, "metrics"), "metrics", speed)
    proposal = next(iter(found.proposals), None)
    count = proposal.now.replicas_peak if proposal is not None else running
    return wanted, count, _shares(real, qps / count, trace, seed + 1000, (ttft, tpot))


def _capacity(shares, most):
    if max(shares(most)) <= 1:
        return most
    low, high = 0.0, most
    for _ in range(6):
        middle = (low + high) / 2
        low, high = (middle, high) if max(shares(middle)) <= 1 else (low, middle)
    return low


def _shares(replica, qps, trace, seed, limits_ms):
    """95th percentiles of a replay as shares of their limits."""
    sample = Sampled(tuple(served(replica, qps, trace, TRUTH, seed)))
    return [
        sample.quantile(what, 0.95) * 1000 / limit
        for what, limit in zip(("ttft", "tpot"), limits_ms, strict=True)
    ]
