"""One load, written down by every tool: the same rate, and the same milliseconds after the first token."""

import json
from pathlib import Path

import pytest

from plimsoll.ground.problems import SpecError
from plimsoll.loadtest.results.read import read_results
from plimsoll.loadtest.results.run import LoadRun
from tests.make.places import CASES

RESULTS = CASES / "loadtest"
TOKENS = ("vllm.json", "sglang.jsonl", "stage_0_lifecycle_metrics.json", "llm-d-report.yaml")
WHOLE = ("k6.json", "k6-machine-readable.json", "locust.json", "locust_stats.csv")


def first(name: str) -> LoadRun:
    return read_results([str(RESULTS / name)])[0]


@pytest.mark.parametrize("name", TOKENS)
def test_five_requests_a_second_are_read_alike(name: str) -> None:
    run = first(name)
    assert run.qps == pytest.approx(5.0, rel=2e-3)
    assert run.load.asked_qps == 5
    assert run.counts.output_tok == 200
    assert run.counts.input_tok == 1000
    assert run.latencies_ms["tpot_p50_ms"] == 25
    assert run.latencies_ms["tpot_p95_ms"] == 27
    assert run.latencies_ms["e2e_p95_ms"] == 5700


@pytest.mark.parametrize("name", WHOLE)
def test_whole_answers_are_read_alike(name: str) -> None:
    run = first(name)
    assert run.qps == pytest.approx(120.0, rel=1e-3)
    assert run.latencies_ms["e2e_p95_ms"] == 38
    assert run.latencies_ms["e2e_p99_ms"] == 57
    assert run.latencies_ms["e2e_mean_ms"] == 21


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("vllm.json", "2026-11-20"),
        ("aiperf-1.json", "2026-11-20"),
        ("guidellm.json", "2026-11-21"),
        ("llm-d-report.yaml", "2026-11-20"),
        ("k6-machine-readable.json", "2026-11-20"),
        ("locust.json", "2026-11-21"),
        ("sglang.jsonl", None),
        ("stage_0_lifecycle_metrics.json", None),
        ("k6.json", None),
    ],
)
def test_the_day_is_that_of_the_run_where_the_file_says_it(name: str, day: str | None) -> None:
    assert first(name).day == day


def test_each_line_of_sglang_is_a_run_and_infinity_is_no_rate() -> None:
    planned, flood = read_results([str(RESULTS / "sglang.jsonl")])
    assert (planned.file.at, flood.file.at) == ("line 1", "line 2")
    assert (planned.load.flooded, flood.load.flooded) == (False, True)
    assert flood.qps == 21.3, "of a flood the last answers count like the others"


def test_vllm_appends_its_results_to_one_file(tmp_path: Path) -> None:
    text = json.dumps(json.loads((RESULTS / "vllm.json").read_text(encoding="utf-8")))
    path = tmp_path / "appended.json"
    path.write_text(f"{text}\n{text}")
    assert [run.file.at for run in read_results([str(path)])] == ["line 1", "line 2"]


def test_a_result_of_vllm_before_it_had_burstiness_is_its_result_all_the_same(tmp_path: Path) -> None:
    """vLLM 0.6.3: no burstiness, no failures, no concurrency; what did not complete has failed."""
    new = json.loads((RESULTS / "vllm.json").read_text(encoding="utf-8"))
    later = ("burstiness", "failed", "max_concurrency", "endpoint_type", "label", "request_goodput")
    old = {key: value for key, value in new.items() if key not in later} | {"completed": 2990}
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old | {"best_of": 1, "use_beam_search": False}))
    (run,) = read_results([str(path)])
    assert run.tool == "vllm bench serve"
    assert run.counts.failed == 10
    assert run.latencies_ms == first("vllm.json").latencies_ms


def test_handle_summary_of_k6_nests_its_values(tmp_path: Path) -> None:
    old = json.loads((RESULTS / "k6.json").read_text(encoding="utf-8"))
    nested = {name: {"type": "trend", "values": values} for name, values in old["metrics"].items()}
    nested["http_req_failed"]["values"] = {"rate": 0.0, "passes": 0, "fails": 72000}
    path = tmp_path / "summary.json"
    path.write_text(json.dumps({"state": {"testRunDurationMs": 600100.0}, "metrics": nested}))
    (run,) = read_results([str(path)])
    assert run.latencies_ms == first("k6.json").latencies_ms
    assert run.counts.duration_s == 600.1


def test_older_files_of_aiperf_name_their_load_otherwise(tmp_path: Path) -> None:
    document = json.loads((RESULTS / "aiperf-1.json").read_text(encoding="utf-8"))
    document["input_config"] = {"loadgen": {"request_rate": 9.7}, "endpoint": {"model_names": ["a/b"]}}
    path = tmp_path / "old.json"
    path.write_text(json.dumps(document))
    (run,) = read_results([str(path)])
    assert run.load.asked_qps == 9.7
    assert run.said["model"] == "a/b"


@pytest.mark.parametrize("name", [*TOKENS, *WHOLE, "guidellm.json", "aiperf-1.json"])
def test_a_file_that_is_cut_anywhere_is_read_or_refused(name: str, tmp_path: Path) -> None:
    text = (RESULTS / name).read_text(encoding="utf-8")
    path = tmp_path / name
    for share in range(1, 20):
        path.write_text(text[: len(text) * share // 20])
        try:
            read_results([str(path)])
        except SpecError as error:
            unnamed = [problem for problem in error.problems if problem.file != str(path)]
        else:
            unnamed = []
        assert unnamed == []


def _wrong(value: object) -> list[object]:
    """Every document that differs from one in one place, where something else stands."""
    if isinstance(value, dict):
        inner = [value | {key: each} for key in value for each in _wrong(value[key])]
        return [*inner, *(value | {key: other} for key in value for other in (None, "x", [], {}, -1, True))]
    if isinstance(value, list):
        return [[each, *value[1:]] for each in _wrong(value[0])] if value else []
    return []


@pytest.mark.parametrize("name", ["vllm.json", "stage_0_lifecycle_metrics.json", "k6.json", "locust.json"])
def test_a_file_with_something_else_in_one_place_is_read_or_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for document in _wrong(json.loads((RESULTS / name).read_text(encoding="utf-8"))):
        path.write_text(json.dumps(document))
        try:
            read_results([str(path)])
        except SpecError:
            continue


@pytest.mark.parametrize("text", ["[]", "[[]]", "null", "---\n", "# nothing\n"])
def test_a_file_without_a_run_is_no_result(text: str, tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError, match=r"empty\.json.*no load test's result that is known"):
        read_results([str(path)])
