"""A calibration file says what was measured, or where it is wrong."""

from pathlib import Path

import pytest

from plimsoll.calibration.calibration import MeasuredSetup, OwnFactor
from plimsoll.calibration.read import read_calibration
from plimsoll.ground.problems import SpecError

TEXT = """schema: plimsoll.dev/calibration/v1
calibrations:
- model: acme/chat
  accelerator: L4
  engine: vllm
  engine_version: '0.22'
  tensor_parallel: 1
  precision: bf16
  ran_on: '2026-11-20'
  expires: '2027-11-20'
  factors:
    tpot_p95_ms: {predicted: 20.0, measured: 25.0, factor: 1.25, low: 0.9, high: 1.1}
  runs:
  - {tool: vllm bench serve}
"""
SETUP = MeasuredSetup("acme/chat", "L4", "vllm", "0.22", 1, "bf16")


def read(folder: Path, text: str) -> object:
    path = folder / "calibration.yaml"
    path.write_text(text)
    return read_calibration(str(path))


def test_it_is_found_by_its_setup_alone(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(TEXT)
    found = read_calibration(str(tmp_path / "c.yaml"))
    own = found.of(SETUP)
    assert own is not None
    assert own.factors == {"tpot_p95_ms": OwnFactor(1.25, 0.9, 1.1)}
    assert own.tools == ("vllm bench serve",)
    assert found.of(MeasuredSetup("acme/chat", "L4", "vllm", "0.21", 1, "bf16")) is None
    assert found.of(MeasuredSetup("acme/chat", "L4", "vllm", "0.22", 2, "bf16")) is None
    assert found.of(MeasuredSetup("acme/chat", "L40S", "vllm", "0.22", 1, "bf16")) is None


def test_a_statistic_that_was_not_measured_takes_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(TEXT)
    (own,) = read_calibration(str(tmp_path / "c.yaml")).speeds
    assert own.factor("tpot_p99") == own.factor("tpot_p95") == OwnFactor(1.25, 0.9, 1.1)
    assert own.factor("ttft_p95") is None


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("v1", "v2", "1:9: schema: a calibration of schema plimsoll.dev/calibration/v2"),
        ("engine_version: '0.22'", "engine_version: 0.22", "engine_version is no text"),
        ("'2026-11-20'", "'20th of May'", "'20th of May' is no day"),
        ("tpot_p95_ms", "tpop_p95_ms", "no statistic 'tpop_p95_ms'; did you mean 'tpot_p95_ms'?"),
        ("factor: 1.25", "factor: 1250", "1250 is no factor"),
        ("low: 0.9", "low: 1.05", "leaves the measurement itself out"),
        ("tensor_parallel: 1", "tensor_parallel: two", "'two' is no number of ranks"),
        ("  accelerator: L4\n", "", "accelerator is missing"),
        ("calibrations:", "calibration:", "calibrations is missing"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, was: str, now: str, said: str) -> None:
    assert was in TEXT
    with pytest.raises(SpecError) as error:
        read(tmp_path, TEXT.replace(was, now, 1))
    assert said in str(error.value)
    assert all(problem.line for problem in error.value.problems)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as error:
        read(tmp_path, TEXT.replace("factor: 1.25", "factor: x").replace("'2026-11-20'", "soon"))
    assert len(error.value.problems) == 2
