"""A load test asks what was planned, and its objects say what was predicted."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from plimsoll.catalog.tables import load
from plimsoll.ground.problems import SpecError
from plimsoll.loadtest.clients import TOOLS, objects_of
from plimsoll.loadtest.drive import Drive, drive_of
from plimsoll.objects.facts_file import UNSAID
from plimsoll.show.loadtest.test import notes
from plimsoll.spec.read import load_workload
from plimsoll.speed.read import load_speed
from tests.make.places import CASES, ROOT


def drive(name: str, *, fleet: bool = False) -> Drive:
    spec = load_workload(ROOT / "workloads" / f"{name}.yaml", load())
    return drive_of(spec, load_speed(), fleet=fleet)


def objects(made: Drive, tool: str | None = None) -> dict[str, dict]:
    cluster = UNSAID.of(made.name, made.plan.workload.get("owner") or {})
    return {each["kind"]: each for each in objects_of(made, cluster, tool)}


def command(made: Drive) -> list[str]:
    (container,) = objects(made)["Job"]["spec"]["template"]["spec"]["containers"]
    return shlex.split(container["command"][2].partition(" && ")[0])


def option(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


@pytest.mark.parametrize("fleet", [False, True])
def test_the_rate_is_the_peak_by_the_replicas_of_the_peak(*, fleet: bool) -> None:
    made = drive("support-chat", fleet=fleet)
    peak, replicas = made.plan.workload["load"]["qps"]["peak"], made.plan.chosen.replicas.peak
    words = command(made)
    rate = float(option(words, "--request-rate"))
    assert rate == pytest.approx(peak if fleet else peak / replicas, rel=1e-3)
    assert int(option(words, "--num-prompts")) >= 600 * rate
    assert f"replicas={replicas if fleet else 1}" in words


def test_the_job_asks_for_every_percentile_in_the_engine_s_own_image_and_ends() -> None:
    made = drive("chat-8b")
    words, job = command(made), objects(made)["Job"]
    assert words[:3] == ["vllm", "bench", "serve"]
    assert option(words, "--percentile-metrics") == "ttft,tpot,itl,e2el"
    assert option(words, "--metric-percentiles") == "50,90,95,99"
    assert job["spec"]["template"]["spec"]["containers"][0]["image"] == made.plan.serving.image
    assert job["spec"]["activeDeadlineSeconds"] > made.seconds
    assert job["spec"]["backoffLimit"] == 0
    resources = job["spec"]["template"]["spec"]["containers"][0]["resources"]
    assert "nvidia.com/gpu" not in resources["requests"], "a client needs no accelerator"


def test_what_is_tested_and_what_was_predicted_are_written_down() -> None:
    made = drive("chat-8b")
    words, job = command(made), objects(made)["Job"]
    chosen = made.plan.chosen
    assert {f"instance_type={chosen.instance_type}", f"plan_sha256={made.plan_sha256}"} <= set(words)
    assert job["metadata"]["annotations"]["plimsoll.dev/plan-sha256"] == made.plan_sha256
    said = job["metadata"]["annotations"]["plimsoll.dev/predicted"]
    assert f"tpot_p95_ms {made.plan.latency['tpot_p95_ms'].estimate:.4g}" in said
    assert job["metadata"]["labels"]["plimsoll.dev/workload"] == "chat-8b"


RESULTS = {
    "vllm": ("result.json", "vllm.json", None),
    "inference-perf": ("reports/stage_0_lifecycle_metrics.json", "stage_0_lifecycle_metrics.json", 2),
}
"""Where a tool writes its result, one of them, and how it is indented: vLLM's is one line (json.dump)."""


@pytest.mark.parametrize("tool", RESULTS)
def test_the_last_line_of_a_client_s_log_is_its_whole_result(tool: str, tmp_path: Path) -> None:
    """People are told to keep it with `kubectl logs --tail=1`."""
    made = drive("chat-8b")
    (container,) = objects(made, tool)["Job"]["spec"]["template"]["spec"]["containers"]
    written, sample, indent = RESULTS[tool]
    result = json.loads((CASES / "loadtest" / sample).read_text(encoding="utf-8"))
    (tmp_path / written).parent.mkdir(exist_ok=True)
    (tmp_path / written).write_text(json.dumps(result, indent=indent), encoding="utf-8")
    prints = container["command"][2].partition(" && ")[2].replace("/results", str(tmp_path))
    log = subprocess.run(
        ["/bin/sh", "-c", f"printf progress && {prints}"], capture_output=True, text=True, check=True
    ).stdout
    assert json.loads(log.splitlines()[-1]) == result
    assert any("--tail=1" in note for note in notes(made, "chat-8b.yaml", {"Job"}))


def test_requests_are_as_long_as_the_spec_s_and_fit_what_is_served() -> None:
    made = drive("chat-8b")
    words, spread = command(made), float(option(command(made), "--random-range-ratio"))
    longest = (int(option(words, "--random-input-len")) + int(option(words, "--random-output-len"))) * (
        1 + spread
    )
    assert longest <= (made.plan.chosen.max_tokens or 0)
    assert 0 <= spread < 1


def test_one_of_several_replicas_is_singled_out() -> None:
    one, fleet = objects(drive("support-chat")), objects(drive("support-chat", fleet=True))
    assert one["Service"]["spec"]["selector"] == {"plimsoll.dev/loadtest": "support-chat"}
    assert "Service" not in fleet
    assert "Service" not in objects(drive("chat-8b")), "one replica is the whole Service"


def test_inference_perf_is_told_the_same_load() -> None:
    made = drive("chat-8b")
    config = yaml.safe_load(objects(made, "inference-perf")["ConfigMap"]["data"]["config.yml"])
    assert config["load"] == {"type": "poisson", "stages": [{"rate": 5.0, "duration": 600}]}
    assert config["api"]["streaming"] is True
    assert config["data"]["output_distribution"]["mean"] == 200


def test_every_tool_sends_the_prefix_that_the_plan_counts_as_held() -> None:
    """Prompts that share nothing are read in full: the result would blame the estimate for that."""
    made = drive("support-chat")
    load = made.plan.workload["load"]
    shared, mean = load["shared_prefix_tokens"], load["input_tokens"]["mean"]
    assert shared > 0
    words = command(made)
    assert int(option(words, "--random-prefix-len")) == shared
    assert int(option(words, "--random-input-len")) == mean - shared
    config = yaml.safe_load(objects(made, "inference-perf")["ConfigMap"]["data"]["config.yml"])
    prompts = config["data"]["shared_prefix"]
    assert config["data"]["type"] == "shared_prefix"
    assert (prompts["num_groups"], prompts["num_prompts_per_group"]) == (1, made.requests)
    assert prompts["system_prompt_len"] + prompts["question_len"]["mean"] == mean
    assert prompts["output_len"]["mean"] == load["output_tokens"]["mean"]


def test_k6_keeps_its_rate_whatever_the_server_does() -> None:
    made = drive("embeddings")
    found = objects(made)
    script = found["ConfigMap"]["data"]["test.js"]
    options = json.loads(re.search(r"options = (\{.*?\n\});", script, re.DOTALL)[1])  # type: ignore[index]
    planned = options["scenarios"]["planned"]
    assert planned["executor"] == "constant-arrival-rate"
    assert planned["rate"] / 60 == pytest.approx(made.qps, rel=1e-2)
    assert "p(99)" in options["summaryTrendStats"]
    assert found["TestRun"]["spec"]["parallelism"] == 1
    assert len(json.loads(found["ConfigMap"]["data"]["request.json"])["inputs"].split()) > 100


def test_speech_is_sent_as_a_recording_that_its_owner_gives() -> None:
    """It was sent as JSON to /, which no server of speech answers, and to a calibration that refuses it."""
    made = drive("call-transcripts")
    data = objects(made)["ConfigMap"]["data"]
    assert set(data) == {"test.js", "audio.wav"}
    assert "/v1/audio/transcriptions" in data["test.js"]
    assert "file: http.file(body, 'audio.wav', 'audio/wav')" in data["test.js"]
    said = list(notes(made, "call.yaml", {"TestRun"}))
    assert any("audio.wav of the ConfigMap call-transcripts-loadtest" in each for each in said)
    assert not any("plimsoll calibrate" in each for each in said)


def test_a_service_of_its_owner_s_is_told_to_fill_in_a_request() -> None:
    said = {
        name: " ".join(notes(drive(name), "a.yaml", {"TestRun"})) for name in ("photo-tags", "embeddings")
    }
    assert "request.json of the ConfigMap photo-tags-loadtest" in said["photo-tags"]
    assert "first put" not in said["embeddings"]


@pytest.mark.parametrize(
    ("name", "tool"), [("chat-8b", "k6"), ("embeddings", "vllm"), ("embeddings", "inference-perf")]
)
def test_a_tool_that_measures_something_else_is_refused(name: str, tool: str) -> None:
    with pytest.raises(SpecError, match="does not fit"):
        objects(drive(name), tool)


def test_every_tool_of_the_option_is_there() -> None:
    from plimsoll.cli.evidence.loadtest import TOOLS as OFFERED

    assert tuple(TOOLS) == OFFERED
