"""The examples in workloads/ are good specs, and show the range of what a spec can say."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from plimsoll.catalog.tables import load
from plimsoll.spec.read import LoadedSpec, load_workload
from tests.make.places import EXAMPLES


@pytest.fixture(scope="module")
def loaded() -> dict[str, LoadedSpec]:
    return {file.stem: load_workload(file, load()) for file in EXAMPLES}


def test_there_are_enough_and_each_is_named_after_its_file(loaded: dict[str, LoadedSpec]) -> None:
    assert len(loaded) >= 14
    assert all(spec.workload.name == stem for stem, spec in loaded.items())


def test_every_kind_of_model_and_of_measurement_is_shown(loaded: dict[str, LoadedSpec]) -> None:
    tasks = {spec.architecture.task for spec in loaded.values() if spec.architecture is not None}
    assert tasks == {"llm", "encoder", "vision", "speech", "diffusion"}
    measured = [spec.workload.measured for spec in loaded.values() if spec.workload.measured is not None]
    assert {item.accelerator for item in measured} >= {"T4", "none"}
    assert any(not isinstance(spec.workload.model, str | None) for spec in loaded.values())


def test_the_four_services_of_everyday_are_there(loaded: dict[str, LoadedSpec]) -> None:
    recommendations, fraud = loaded["recommendations"].workload, loaded["fraud-detection"].workload
    assert recommendations.measured is not None
    assert recommendations.measured.accelerator == "T4"
    assert recommendations.load.qps is not None
    assert recommendations.load.qps.peak == 500
    assert fraud.measured is not None
    assert fraud.measured.accelerator == "none"
    assert fraud.load.qps is not None
    assert fraud.load.qps.peak == 1000
    assert {"image-moderation", "search-ranking"} <= loaded.keys()


def test_every_choice_of_capacity_is_shown(loaded: dict[str, LoadedSpec]) -> None:
    workloads = [spec.workload for spec in loaded.values()]
    assert {item.capacity.spot for item in workloads} == {"never", "allow", "prefer"}
    assert {item.budget.basis for item in workloads if item.budget} == {"ceiling", "expected"}
    assert any(item.scale.to_zero for item in workloads)
    assert any(item.pin.instance_type for item in workloads)
    assert any(item.load.concurrency for item in workloads)
    assert {len(item.load.profile) for item in workloads if item.load.profile} == {24, 168}
    assert all(item.owner.team and item.owner.cost_center and item.owner.environment for item in workloads)


CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 2048,
    "num_hidden_layers": 16,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "intermediate_size": 8192,
    "vocab_size": 32000,
    "max_position_embeddings": 4096,
    "torch_dtype": "bfloat16",
}


def test_a_config_beside_the_spec_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text(json.dumps(CONFIG))
    for reference in ("model/config.json", "./model/config.json", "./model"):
        (tmp_path / "chat.yaml").write_text(f"model: {reference}\nload: {{qps: 1}}\n")
        monkeypatch.chdir("/")
        spec = load_workload(tmp_path / "chat.yaml", load())
        assert spec.architecture is not None
        assert spec.architecture.layers == 16
        assert isinstance(spec.workload.model, str)
        assert spec.catalog.model(spec.workload.model) is spec.architecture


def test_standard_input_is_a_file_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = BytesIO(EXAMPLES[0].read_bytes())

    monkeypatch.setattr("sys.stdin", Stdin)
    assert load_workload("-", load()).workload.name == EXAMPLES[0].stem


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("support-chat.yaml", "support-chat"),
        ("Support Chat (2).yml", "support-chat-2"),
        ("chat.prod.yaml", "chat"),
        ("日本.yaml", "workload"),
        ("_.yaml", "workload"),
        ("x" * 100 + ".yaml", "x" * 63),
    ],
)
def test_the_name_is_that_of_the_file_unless_given(file: str, name: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text("model: Llama-3.1-8B\nload: {qps: 1}\n")
    assert load_workload(tmp_path / file, load()).workload.name == name
