"""A command that a right spec is wrong for says in which line of which file it says so."""

from pathlib import Path

import pytest

from tests.make.command import inside

QUEUE = """\
load: {queue: {type: sqs, tasks_per_s: 2, longest_task_s: 9}}
measured: {accelerator: T4, task_mean_ms: 900, cpu: 2, memory_gib: 4, source: test}
sla: {wait_p95_ms: 9000}
"""
BATCH = """\
model: Qwen/Qwen3-8B
kind: batch
load: {requests: 1000, input_tokens: 90, output_tokens: 12}
sla: {run_p50_h: 8}
"""
SPEECH = """\
name: speech
model: openai/whisper-small
load: {qps: 1}
"""
RESULT = "tests/cases/loadtest/vllm.json"


@pytest.mark.parametrize(
    ("command", "text", "place"),
    [
        ("simulate", BATCH, "2:7: kind: spec is of kind: batch"),
        ("loadtest", BATCH, "2:7: kind: spec is of kind: batch"),
        ("calibrate", BATCH, "2:7: kind: spec is of kind: batch"),
        ("loadtest", QUEUE, "1:15: load.queue: a queue's workers"),
        ("calibrate", QUEUE, "1:15: load.queue: a queue's worker"),
        ("calibrate", SPEECH, "2:8: model: speech is not calibrated"),
    ],
)
def test_a_spec_that_a_command_does_not_take_is_told_with_its_place(
    tmp_path: Path, command: str, text: str, place: str
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(text, encoding="utf-8")
    ended = inside(command, str(spec), *([RESULT] if command == "calibrate" else []))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"{spec}:{place}"), ended.stderr


def test_what_is_wrong_with_an_option_stays_the_option_s(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("model: Qwen/Qwen3-8B\nload: {qps: 2}\n", encoding="utf-8")
    assert inside("loadtest", str(spec), "--tool", "k6").stderr.startswith("--tool: k6 does not fit")
