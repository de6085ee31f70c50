"""Hand-made plans, so that placing is tested apart from sizing."""

from dataclasses import replace
from typing import Any

from plimsoll.catalog.clock import Clock
from plimsoll.money.line import CostLine
from plimsoll.money.totals import Cost, MonthlyUsd
from plimsoll.plan.autoscaling import Autoscaling
from plimsoll.plan.container import Container
from plimsoll.plan.plan import Chosen, Plan
from plimsoll.sizing.pool import Pool, Replicas
from plimsoll.sizing.work.base import Traits

BASE = Pool("base", "on-demand", "g6e.12xlarge", 2, 2, 1, 2, 2, 1, 200, 4, 48)
BURST = Pool("burst", "spot", "g6e.12xlarge", 0, 4, 1, 0, 4, 1, 200, 4, 48)
ALONE = Pool("base", "on-demand", "g6e.12xlarge", 1, 6, 1, 1, 6, 1, 200, 4, 48)


def line(item: str, usd: str, scope: Any = "workload", of: Any = "ceiling") -> CostLine:
    kind, pool = ("fixed", None) if scope == "cluster" else ("nodes", "base")
    return CostLine(
        item, of, "1", "month", usd, None, usd, "test", "2026-11-01", scope, kind, pool, None, None
    )


def plan(*pools: Pool, name: str = "support-chat", **changes: Any) -> Plan:
    """A plan of a 70B model on `pools` (default: base and burst)."""
    pools = pools or (BASE, BURST)
    most = sum(pool.max_replicas for pool in pools)
    least = sum(pool.min_replicas for pool in pools)
    scaled = [pool for pool in pools if pool.autoscaled] or list(pools)
    made = Plan(
        workload={
            "name": name,
            "owner": {"team": "search", "cost_center": "4711", "environment": "prod"},
            "budget": {"usd_per_month": 45000.0, "basis": "ceiling"},
        },
        chosen=Chosen(
            id="g6e.12xlarge/us-east-1/tp4/fp8",
            instance_type=pools[0].instance_type,
            region="us-east-1",
            accelerator="L40S",
            accelerators_per_replica=4,
            tensor_parallel=4,
            precision="fp8",
            weights="meta-llama/Llama-3.3-70B-Instruct",
            quantization="fp8",
            max_tokens=4096,
            capacity="mixed",
            replicas=Replicas(least, most, most),
            pools=pools,
        ),
        latency={},
        memory_gib=None,
        kv_bytes_per_token=None,
        cost=Cost(
            MonthlyUsd("1.00", "2.00", "333.33"),
            None,
            (line("nodes", "222.22"), line("eks", "111.11", "cluster"), line("nodes", "1.00", of="floor")),
            None,
            {},
            None,
            (),
        ),
        speech=None,
        serving=Container(
            engine="vllm",
            engine_version="0.22",
            image="docker.io/vllm/vllm-openai:v0.22.0",
            model="meta-llama/Llama-3.3-70B-Instruct",
            gated=False,
            max_model_len_tok=4096,
            max_num_seqs=64,
            gpu_memory_utilization=0.92,
            cpu_request=40.0,
            memory_request_gib=300.0,
            accelerators=4,
            cold_start_s=420.0,
            port=8000,
            args=("--model=meta-llama/Llama-3.3-70B-Instruct", "--tensor-parallel-size=4"),
        ),
        autoscaling=Autoscaling(
            "requests_in_flight",
            24.0,
            "requests",
            scaled[0].min_replicas,
            scaled[0].max_replicas,
            scale_to_zero=False,
        ),
        candidates=(),
        quotas=(),
        assumptions=(),
        pin_cost=None,
        warnings=(),
        clock=Clock(None, "2026-11-01", "2026-11-01"),
        traits=Traits("Llama-3.3-70B fp8", on_accelerators=True, own_image=False),
    )
    return replace(made, **changes)


def ranker() -> Plan:
    """A measured service on CPUs, three replicas to a node, scaled by requests per second."""
    pool = replace(
        ALONE,
        instance_type="c7i.4xlarge",
        accelerators_per_node=0,
        vcpus_per_node=16,
        replicas_per_node=3,
        min_replicas=3,
        max_replicas=17,
        min_nodes=1,
        max_nodes=6,
        volume_gib=100,
    )
    made = plan(pool, name="ranker")
    serving = replace(
        made.serving,
        engine=None,
        engine_version=None,
        image="registry.example.com/search/ranker:7.0",
        model=None,
        args=(),
        command=("/ranker", "serve"),
        cpu_request=4.0,
        memory_request_gib=6.0,
        accelerators=0,
        cold_start_s=150.0,
        port=8080,
    )
    scaling = Autoscaling("requests_per_second", 58.8, "requests/s", 3, 17, scale_to_zero=False)
    return replace(made, serving=serving, autoscaling=scaling)
