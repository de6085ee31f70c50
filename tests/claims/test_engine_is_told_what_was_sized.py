"""What a plan says of its engine, the Deployments say: read back from their arguments, key by key."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan
from plimsoll.plan.size import size
from plimsoll.plan.write import written
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed
from tests.make.examples import QUERY, example
from tests.make.places import EXAMPLES
from tests.make.program import graph_of

FLAGS = {
    "memory_share": "--gpu-memory-utilization",
    "kv_cache_dtype": "--kv-cache-dtype",
    "max_num_seqs": "--max-num-seqs",
    "max_num_batched_tokens": "--max-num-batched-tokens",
}
WORDS = {"bf16": "bfloat16"}
TOLD = {
    "nothing": {},
    "a share": {"engine": {"memory_share": 0.85}},
    "an 8-bit cache": {"engine": {"kv_cache_dtype": "fp8"}},
    "a 16-bit cache": {"engine": {"kv_cache_dtype": "bf16"}},
    "requests": {"engine": {"max_num_seqs": 7}},
    "a step": {"engine": {"max_num_batched_tokens": 1024}},
    "adapters": {"adapters": {"count": 4, "rank": 32}},
    "all of it": {
        "engine": {
            "memory_share": 0.8,
            "kv_cache_dtype": "fp8",
            "max_num_seqs": 33,
            "max_num_batched_tokens": 4096,
        },
        "adapters": {"count": 2, "rank": 8},
    },
}


def planned(**more: Any) -> Plan:
    """A plan of a small chat service on L40S nodes, told something."""
    spec = {
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": 2},
        "capacity": {"allow": ["g6e"]},
        **more,
    }
    loaded = from_data(spec, load(), file="spec.yaml")
    answer = size(loaded.workload, loaded.architecture, loaded.catalog, load_speed())
    assert isinstance(answer, Plan)
    return answer


def arguments(monkeypatch: pytest.MonkeyPatch, plan: Plan) -> Iterator[Mapping[str, str]]:
    """The arguments of every container that the objects of a plan start."""
    for found in graph_of(monkeypatch, plan, gatewayQuery=QUERY).resources:
        if found.type.endswith(":Deployment") and found.inputs["spec"]["template"]["spec"]["containers"]:
            (container, *_) = found.inputs["spec"]["template"]["spec"]["containers"]
            parts = [str(each).partition("=") for each in container.get("args", ())]
            yield {flag: value for flag, _, value in parts}


def differences(chosen: Mapping[str, Any], told: Mapping[str, str]) -> list[str]:
    """Name every key of the engine that the arguments say otherwise."""
    wanted = {flag: chosen[key] for key, flag in FLAGS.items()}
    adapters = chosen["adapters"] or {}
    wanted["--max-loras"], wanted["--max-lora-rank"] = adapters.get("count"), adapters.get("rank")
    wrong = [
        flag for flag, value in wanted.items() if told.get(flag) != (None if value is None else _text(value))
    ]
    return [*wrong, *(["--enable-lora"] if ("--enable-lora" in told) != bool(adapters) else [])]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else WORDS.get(str(value), str(value))


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_starts_what_its_plan_says(monkeypatch: pytest.MonkeyPatch, spec: Path) -> None:
    _, plan = example(spec)
    chosen = written(plan)["chosen"]
    told = list(arguments(monkeypatch, plan))
    assert told
    assert [differences(chosen, each) for each in told] == [[]] * len(told)
    generates = yaml.safe_load(spec.read_text()).get("sla", {}).keys() & {"ttft_p95_ms", "tpot_p95_ms"}
    if generates and plan.serving.engine == "vllm":
        assert all(chosen[key] is not None for key in FLAGS)


@pytest.mark.parametrize("key", TOLD)
def test_what_a_spec_tells_the_engine_arrives(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    plan = planned(**TOLD[key])
    chosen = written(plan)["chosen"]
    told = list(arguments(monkeypatch, plan))
    assert told
    assert [differences(chosen, each) for each in told] == [[]] * len(told)
    for name, value in {**TOLD[key].get("engine", {}), "adapters": TOLD[key].get("adapters")}.items():
        assert chosen[name] == value


def test_a_difference_would_be_seen() -> None:
    chosen = written(planned())["chosen"]
    told = {flag: _text(chosen[key]) for key, flag in FLAGS.items()}
    assert differences(chosen, told) == []
    assert differences(chosen, {**told, "--max-num-seqs": "1"}) == ["--max-num-seqs"]
    assert "--enable-lora" in differences(chosen, {**told, "--enable-lora": ""})


def test_an_8_bit_cache_halves_a_token_and_holds_more() -> None:
    wide, narrow = planned(), planned(engine={"kv_cache_dtype": "fp8"})
    assert narrow.kv_bytes_per_token is not None
    assert wide.kv_bytes_per_token == 2 * narrow.kv_bytes_per_token == 131_072
    assert (narrow.chosen.max_num_seqs or 0) > (wide.chosen.max_num_seqs or 0)


def test_fewer_requests_at_once_and_shorter_steps_cost_speed() -> None:
    base = planned(load={"qps": 20})
    short = planned(load={"qps": 20}, engine={"max_num_batched_tokens": 128})
    adapted = planned(load={"qps": 20}, adapters={"count": 32, "rank": 64})
    assert short.chosen.replicas.peak >= base.chosen.replicas.peak
    assert adapted.latency["tpot_p95_ms"].estimate > base.latency["tpot_p95_ms"].estimate
    assert any(each.name == "adapters in use at once" for each in adapted.assumptions)


def test_more_requests_at_once_never_need_more_replicas_up_to_what_the_cache_holds() -> None:
    free = planned(load={"qps": 20}).chosen
    most = free.max_num_seqs or 0
    told = [
        planned(load={"qps": 20}, engine={"max_num_seqs": number}) for number in (2, 8, 64, most - 1, most)
    ]
    peaks = [plan.chosen.replicas.peak for plan in told]
    assert peaks == sorted(peaks, reverse=True)
    assert peaks[0] > peaks[-1] == free.replicas.peak


def test_each_key_moves_the_memory_it_speaks_of() -> None:
    base, less, lora = planned(), planned(engine={"memory_share": 0.6}), planned(**TOLD["adapters"])
    assert base.memory_gib is not None
    assert less.memory_gib is not None
    assert lora.memory_gib is not None
    assert less.memory_gib.usable < 0.7 * base.memory_gib.usable
    assert lora.memory_gib.weights - base.memory_gib.weights == pytest.approx(
        4 * 32 * 5.74e6 / 2**30, rel=0.02
    )
