"""What levers emit, before a real API server with strict validation: schedules, variants, routes."""

from typing import Any

import pytest

from plimsoll.manifests.published import validate
from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.tags import CostTags
from plimsoll.objects.workload import of_workload
from tests.make.variants import ORT, TENSORRT, planned, spec
from tests.world.engine.stand_in.api_server import ApiError, ApiServer

CHAT = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 20, "shared_prefix_tokens": 400}}
LEVERS: dict[str, dict[str, Any]] = {
    "routed": CHAT | {"name": "routed", "route": {"prefix_aware": True}, "scale": {"min_replicas": 2}},
    "scheduled": CHAT
    | {
        "name": "scheduled",
        "scale": {"schedule": {"days": "mon-fri", "hours": "22-06", "timezone": "Europe/Berlin"}},
    },
    "variants": spec(300, TENSORRT | {"image": "registry.example/trt:1"}, ORT),
    "mixed": {
        "name": "mixed",
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": {"peak": 40, "average": 12}, "shared_prefix_tokens": 400},
        "route": {"prefix_aware": True},
        "sla": {"tpot_p95_ms": 80},
        "capacity": {"mix": 2, "spot": "allow", "on_demand_base": 2},
    },
    "ray": {
        "name": "ray",
        "model": "Qwen/Qwen3-8B",
        "load": {"qps": {"peak": 20, "average": 6}},
        "engine": {"run_by": "ray_serve"},
    },
    "kept": {
        "name": "kept",
        "measured": {key: value for key, value in TENSORRT.items() if key != "variant"}
        | {"image": "registry.example/trt:1"},
        "load": {
            "qps": 600,
            "cache": {
                "exact_hit": 0.4,
                "entries": 10**6,
                "entry_kib": 4,
                "source": "log",
                "kept_in": "cluster",
            },
        },
    },
    "graviton": spec(20, ORT | {"instance_type": "c7g.2xlarge", "image": "registry.example/ort:1"}),
}


def emitted(name: str) -> list[dict[str, Any]]:
    plan = planned(LEVERS[name])
    tags = CostTags("search", "4711", "prod", str(plan.workload["name"]))
    images = {"ray": "registry.example/ray-vllm:1"}
    return list(of_workload(plan, ClusterFacts("demo", tags, "demo-node", images=images)))


@pytest.mark.parametrize("name", LEVERS)
def test_our_own_checks_find_nothing(name: str) -> None:
    assert [str(problem) for problem in validate(emitted(name))] == []


@pytest.mark.cluster
@pytest.mark.parametrize("name", LEVERS)
def test_the_api_server_accepts_every_object(api_server: ApiServer, name: str) -> None:
    refused = []
    for manifest in emitted(name):
        try:
            api_server.dry_run(manifest)
        except ApiError as error:
            refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    assert refused == []
