"""What an organisation measured moves the estimates of just that: read rightly, or refused with a reason."""

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.make.command import inside
from tests.make.places import CASES, ROOT

RESULTS = CASES / "loadtest"
CHAT = ROOT / "workloads" / "chat-8b.yaml"
DAY = "2026-11-20"

Change = Callable[[dict[str, Any]], object]


def result(folder: Path, name: str, **changes: Any) -> Path:
    """A result as a tool wrote it, with some of its keys changed; None takes a key away."""
    document = json.loads((RESULTS / name).read_text(encoding="utf-8")) | changes
    path = folder / name
    path.write_text(json.dumps({key: value for key, value in document.items() if value is not None}))
    return path


def calibrated(
    folder: Path, *results: Path, spec: Path = CHAT, options: tuple[str, ...] = ()
) -> dict[str, Any]:
    out = folder / "calibration.yaml"
    ended = inside("calibrate", str(spec), *map(str, results), "--out", str(out), *options)
    assert ended.returncode == 0, ended.stderr
    return yaml.safe_load(out.read_text(encoding="utf-8"))


def refused(*results: Path, spec: Path = CHAT) -> str:
    ended = inside("calibrate", str(spec), *map(str, results))
    assert (ended.returncode, ended.stdout) == (2, ""), ended.stderr
    return ended.stderr


def factors(document: dict[str, Any]) -> dict[str, Any]:
    (row,) = document["calibrations"]
    return row["factors"]


def planned(*options: str, spec: Path = CHAT) -> dict[str, Any]:
    ended = inside("plan", str(spec), "--format", "json", *options)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def with_sla(folder: Path, **sla: float) -> Path:
    document = yaml.safe_load(CHAT.read_text(encoding="utf-8"))
    document["sla"] = sla
    path = folder / "spec.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


# The seven cases of the reference, breadth §8.6.


def test_tpot_of_guidellm_is_that_of_the_tokens_after_the_first(tmp_path: Path) -> None:
    read = factors(calibrated(tmp_path, RESULTS / "guidellm.json"))
    assert read["tpot_p50_ms"]["measured"] == pytest.approx((5000 - 1000) / 199, rel=1e-3)


def test_tpot_of_guidellm_follows_from_the_rest_where_only_its_own_is_there(tmp_path: Path) -> None:
    document = json.loads((RESULTS / "guidellm.json").read_text(encoding="utf-8"))
    del document["benchmarks"][0]["metrics"]["inter_token_latency_ms"]
    spec = with_sla(tmp_path, ttft_p95_ms=2000)
    path = result(tmp_path, "guidellm.json", benchmarks=document["benchmarks"])
    read = factors(calibrated(tmp_path, path, spec=spec))
    assert read["tpot_p50_ms"]["measured"] == pytest.approx(20.1, rel=2e-3)


def test_seconds_of_inference_perf_become_milliseconds(tmp_path: Path) -> None:
    read = factors(calibrated(tmp_path, RESULTS / "stage_0_lifecycle_metrics.json"))
    assert read["ttft_p95_ms"]["measured"] == 412


def test_a_latency_that_the_sla_limits_and_the_file_has_not_is_refused(tmp_path: Path) -> None:
    spec = with_sla(tmp_path, e2e_p95_ms=15000)
    without = dict.fromkeys(
        f"{name}_e2el_ms" for name in ("mean", "median", "std", "p50", "p90", "p95", "p99")
    )
    said = refused(result(tmp_path, "vllm.json", **without), spec=spec)
    assert "e2e not in file" in said
    assert "rerun with --percentile-metrics ttft,tpot,itl,e2el" in said


def test_a_flood_is_a_throughput_point_only(tmp_path: Path) -> None:
    read = factors(
        calibrated(tmp_path, result(tmp_path, "vllm.json", request_rate="inf", request_throughput=10.0))
    )
    assert list(read) == ["qps"]
    assert read["qps"]["measured"] == 10


@pytest.mark.parametrize(("achieved", "taken"), [(10.9, False), (11.8, True)])
def test_less_than_98_of_100_is_overload(tmp_path: Path, achieved: float, taken: bool) -> None:
    run = result(
        tmp_path, "vllm.json", request_rate=12.0, request_throughput=achieved, duration=3000 / achieved,
        mean_e2el_ms=None,
    )  # fmt: skip
    if taken:
        assert factors(calibrated(tmp_path, run))
    else:
        assert "overload: 12 req/s were asked for and 10.9 achieved (0.908)" in refused(run)


def test_requests_that_k6_could_not_send_are_counted(tmp_path: Path) -> None:
    document = json.loads((RESULTS / "k6.json").read_text(encoding="utf-8"))
    document["metrics"] |= {
        "http_reqs": {"count": 2950, "rate": 4.9},
        "dropped_iterations": {"count": 50, "rate": 0.08},
    }
    path = result(tmp_path, "k6.json", metrics=document["metrics"])
    assert "1.7% of the requests were not sent (50 dropped)" in refused(
        path, spec=ROOT / "workloads" / "fraud-detection.yaml"
    )


def test_two_runs_of_one_load_give_a_mean_and_a_spread_of_a_tenth_at_least(tmp_path: Path) -> None:
    read = factors(calibrated(tmp_path, RESULTS / "aiperf-1.json", RESULTS / "aiperf-2.json"))["qps"]
    assert (read["measured"], read["low"], read["high"]) == (10.0, 0.9, 1.1)
    assert read["factor"] == pytest.approx(10.0 / read["predicted"], rel=1e-4)


def test_of_loads_that_no_file_names_the_nearest_counts_and_its_repeats(tmp_path: Path) -> None:
    """k6 and Locust do not say what was asked: a run at twice the rate is no repeat of one at the rate."""
    spec = ROOT / "workloads" / "embeddings.yaml"

    def run(name: str, rate: float, p95: float) -> Path:
        document = json.loads((RESULTS / "k6.json").read_text(encoding="utf-8"))
        document["metrics"]["http_reqs"] = {"count": int(rate * 600), "rate": rate}
        document["metrics"]["http_req_duration"] |= {"p(95)": p95}
        path = tmp_path / name
        path.write_text(json.dumps(document))
        return path

    plan = planned("--no-savings", spec=spec)
    rate = plan["workload"]["load"]["qps"]["peak"] / plan["chosen"]["replicas"]["peak"]
    near, again, double = run("near", rate, 50), run("again", rate * 1.04, 54), run("double", rate * 2, 150)
    read = calibrated(tmp_path, near, again, double, spec=spec)
    assert factors(read)["latency_p95_ms"]["measured"] == 52
    used = {Path(each["file"]).name: each["used_for"] for each in read["calibrations"][0]["runs"]}
    assert used == {"near": "latency", "again": "latency", "double": "nothing: another load"}


# What else may not be stood on, breadth §8.4, each beside the number that decides.

LARGE = "meta-llama/Llama-3.3-70B-Instruct"
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "failures": ({"failed": 61, "completed": 2939}, "2.0% of the requests failed"),
    "a short run": ({"duration": 41.0, "request_rate": None}, "the run took 41 s; 60 s are the least"),
    "few requests": ({"completed": 150, "num_prompts": 150, "duration": 31.0 * 2, "request_rate": None,
                      "total_output_tokens": 30000, "total_input_tokens": 150000},
                     "150 requests are too few for p95"),
    "shorter answers": ({"total_output_tokens": 3000 * 175}, "answers had 175 tokens, and the spec says 200"),
    "another model": ({"model_id": LARGE}, f"a run of {LARGE}"),
    "another engine": ({"engine_version": "0.11"}, "measured with engine_version 0.11; the spec runs"),
    "another setup": ({"accelerator": "V1"}, "the spec does not run on what was tested: accelerator V1"),
    "no percentile": (dict.fromkeys(("p95_ttft_ms", "p95_tpot_ms")), "ttft p95 not in file"),
    "no time": ({"p95_ttft_ms": 0}, "ttft p95 is 0 ms; no server answers in no time"),
    "seconds": ({"p95_ttft_ms": 0.264}, "ttft_p95_ms was 0.264, and"),
    "no number": ({"request_throughput": "fast"}, "request_throughput: 'fast' is no number"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_what_no_plan_may_stand_on_is_refused(tmp_path: Path, why: str) -> None:
    changes, said = REFUSED[why]
    told = refused(result(tmp_path, "vllm.json", **changes))
    assert said in told
    assert "vllm.json" in told


def test_a_run_that_is_yet_to_come_is_refused() -> None:
    """A day in the future keeps a calibration new for ever. Here it is 2026-01-01, in the east the 2nd."""
    undated = str(RESULTS / "sglang.jsonl")
    told = inside("calibrate", str(CHAT), undated, "--ran-on", "2026-01-03")
    assert (told.returncode, told.stdout) == (2, "")
    assert "--ran-on: a run of 2026-01-03 is yet to come; today is 2026-01-01" in told.stderr
    assert "yet to come" not in inside("calibrate", str(CHAT), undated, "--ran-on", "2026-01-02").stderr


def test_a_result_of_a_client_whose_clock_is_ahead_is_told(tmp_path: Path) -> None:
    """A day in the future keeps a calibration new for as long. Tests live on 2026-01-01."""
    spec, told = str(CHAT), "which is yet to come (today is 2026-01-01)"
    ahead = inside("calibrate", spec, str(result(tmp_path, "vllm.json", date="20990101-080000")))
    assert ahead.returncode == 0
    assert f"vllm.json: says that it ran on 2099-01-01, {told}" in ahead.stderr
    today = inside("calibrate", spec, str(result(tmp_path, "vllm.json", date="20260101-080000")))
    assert "yet to come" not in today.stderr


def test_p99_asks_for_a_thousand_requests(tmp_path: Path) -> None:
    few = {
        "completed": 900,
        "num_prompts": 900,
        "duration": 185.0,
        "total_output_tokens": 180000,
        "total_input_tokens": 900000,
    }
    run = result(tmp_path, "vllm.json", **few)
    assert "900 requests are too few for p99; 1,000 are the least" in refused(
        run, spec=with_sla(tmp_path, ttft_p99_ms=900)
    )
    assert "ttft_p99_ms" not in factors(calibrated(tmp_path, run)), "and without such a limit it is left out"


@pytest.mark.parametrize(("key", "requests"), [("ttft_p95_ms", 120), ("ttft_p99_ms", 900)])
def test_a_percentile_of_too_few_requests_is_not_said_to_be_missing(
    tmp_path: Path, key: str, requests: int
) -> None:
    run = {"completed": requests, "num_prompts": requests, "total_output_tokens": requests * 200}
    spec = with_sla(tmp_path, **{key: 900})
    said = refused(result(tmp_path, "vllm.json", **run, request_rate=None), spec=spec)
    assert f"{requests} requests are too few for {key.split('_')[1]}" in said
    assert "not in file" not in said, "the file has it, and no flag of the tool brings more requests"
    without = result(
        tmp_path, "vllm.json", **run, request_rate=None, **{f"{key.split('_')[1]}_ttft_ms": None}
    )
    assert f"ttft {key.split('_')[1]} not in file" in refused(without, spec=spec)


def test_prompts_from_a_cache_are_refused_unless_the_spec_shares_them(tmp_path: Path) -> None:
    line = json.loads((RESULTS / "sglang.jsonl").read_text(encoding="utf-8").splitlines()[0])
    path = tmp_path / "sglang.jsonl"
    path.write_text(json.dumps(line | {"cache_report": {"cache_hit_rate_pct": 40.0}}))
    assert "40% of the prompt tokens came from a cache; the spec shares 0%" in refused(path)
    shares = yaml.safe_load(CHAT.read_text(encoding="utf-8"))
    shares["load"]["shared_prefix_tokens"] = 400
    spec = tmp_path / "shares.yaml"
    spec.write_text(yaml.safe_dump(shares))
    assert factors(calibrated(tmp_path, path, spec=spec))


BROKEN = {
    "cut.json": ((RESULTS / "vllm.json").read_text(encoding="utf-8")[:400], "the file is cut off"),
    "empty.json": ("", "the file is empty"),
    "words.txt": ("it went well\n", "no load test's result that is known"),
    "other.json": ('{"requests": 3, "seconds": 9}', "its keys are requests, seconds"),
    "guidellm1.json": ('{"metadata": {"version": 1}, "benchmarks": []}', "a guidellm report of version 1"),
    "aiperf2.json": ('{"schema_version": "2.0", "request_throughput": {"avg": 3}}', "export of schema 2.0"),
    "k6.json": ('{"version": "3.0.0", "results": {"metrics": []}}', "a k6 summary of version 3.0.0"),
    "report.yaml": ("version: '0.1'\nrun: {}\nresults: {}\n", "a benchmark report of version 0.1"),
    "list.json": ("[[1, 2], null]", "no load test's result that is known"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_none_is_named_without_a_traceback(tmp_path: Path, name: str) -> None:
    text, said = BROKEN[name]
    (tmp_path / name).write_text(text)
    told = refused(tmp_path / name)
    assert said in told
    assert name in told
    assert "internal error" not in told


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"a": ')
    told = refused(tmp_path / "cut.json", tmp_path / "none.json", RESULTS / "vllm.json")
    assert "cut.json" in told
    assert "none.json: no such file" in told
    failed = result(tmp_path, "vllm.json", failed=61, completed=2939, model_id=LARGE)
    told = refused(tmp_path / "none.json", failed, RESULTS / "aiperf-1.json")
    assert "none.json: no such file" in told
    assert "2.0% of the requests failed" in told, "also of a file that can be read"
    assert f"a run of {LARGE}" in told


def test_one_result_twice_is_not_a_repeat(tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    copy.write_bytes((RESULTS / "vllm.json").read_bytes())
    assert "the same result twice" in refused(RESULTS / "vllm.json", copy)


# What a plan makes of it.


def test_estimates_move_to_the_measurement_and_intervals_to_its_spread(tmp_path: Path) -> None:
    calibrated(tmp_path, RESULTS / "vllm.json")
    plan = planned("--calibration", str(tmp_path / "calibration.yaml"))
    for key, measured in (("ttft_p95_ms", 264.0), ("tpot_p95_ms", 27.0)):
        found = plan["latency"][key]
        assert found["estimate"] == pytest.approx(measured, rel=0.1)
        assert found["low"] == pytest.approx(0.9 * found["estimate"], rel=1e-3)
        assert found["high"] == pytest.approx(1.1 * found["estimate"], rel=1e-3)


def test_the_plan_says_by_which_file_which_bytes_and_which_run(tmp_path: Path) -> None:
    from hashlib import sha256

    calibrated(tmp_path, RESULTS / "vllm.json")
    file = tmp_path / "calibration.yaml"
    told = {each["name"]: each for each in planned("--calibration", str(file))["assumptions"]}
    assert told["calibration"]["value"] == str(file)
    assert sha256(file.read_bytes()).hexdigest() in told["calibration"]["source"]
    assert DAY in told["calibration"]["source"]
    assert told["calibration ran on"]["value"] == DAY


@pytest.mark.parametrize("name", ["support-chat", "embeddings", "fraud-detection"])
def test_other_models_are_planned_to_the_byte_as_before(tmp_path: Path, name: str) -> None:
    calibrated(tmp_path, RESULTS / "vllm.json")
    spec = str(ROOT / "workloads" / f"{name}.yaml")
    plain = inside("plan", spec, "--format", "json")
    told = inside("plan", spec, "--format", "json", "--calibration", str(tmp_path / "calibration.yaml"))
    assert told.stdout == plain.stdout
    assert "it moves nothing here: it is of meta-llama/Llama-3.1-8B-Instruct" in told.stderr
    assert "it moves nothing here" not in plain.stderr


def test_other_accelerators_of_the_model_keep_their_estimates(tmp_path: Path) -> None:
    calibrated(tmp_path, RESULTS / "vllm.json")
    before, after = planned(), planned("--calibration", str(tmp_path / "calibration.yaml"))
    others = [
        (one, other)
        for one, other in zip(before["candidates"], after["candidates"], strict=True)
        if not one["instance_type"].startswith("g7e.")
    ]
    assert others
    assert [
        one for one, other in others if one | {"dominated_by": None} != other | {"dominated_by": None}
    ] == []


def test_another_version_of_the_engine_is_not_calibrated_and_that_is_said(tmp_path: Path) -> None:
    calibrated(tmp_path, RESULTS / "vllm.json")
    options = ("--set", 'engine.version="0.21"')
    plain, plan = planned(*options), planned(*options, "--calibration", str(tmp_path / "calibration.yaml"))
    assert plan["latency"] == plain["latency"]
    (told,) = (each for each in plan["assumptions"] if each["name"] == "calibration")
    assert "none of it is the choice" in told["source"]
    (warning,) = (each for each in plan["warnings"] if each["code"] == "unused_calibration")
    assert (
        "moves nothing of this plan: it is of meta-llama/Llama-3.1-8B-Instruct on 1 × RTX-PRO"
        in (warning["message"])
    )
    assert "vllm 0.21" in warning["message"]
    fits = planned("--calibration", str(tmp_path / "calibration.yaml"))
    assert "unused_calibration" not in {each["code"] for each in fits["warnings"]}


def test_a_year_later_the_plan_warns_and_check_refuses(tmp_path: Path) -> None:
    calibrated(tmp_path, result(tmp_path, "vllm.json", date="20250601-080000"))
    plan = planned("--calibration", str(tmp_path / "calibration.yaml"))
    assert "stale_calibration" in {each["code"] for each in plan["warnings"]}
    assert plan["latency"]["tpot_p95_ms"]["estimate"] == pytest.approx(27.0, rel=0.1), "and uses it"
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan))
    said = json.loads(inside("check", str(file), "--on", "2026-11-28", "--format", "json").stdout)
    assert {each["code"] for each in said["violations"] if each["level"] == "mandatory"} == {"stale_prices"}
    assert (
        json.loads(inside("check", str(file), "--on", "2026-05-01", "--format", "json").stdout)["verdict"]
        == "pass"
    )


def test_a_lock_is_solved_with_its_own_calibration_by_digest(tmp_path: Path) -> None:
    spec = tmp_path / "chat-8b.yaml"
    spec.write_bytes(CHAT.read_bytes())
    calibrated(tmp_path, RESULTS / "vllm.json")
    file = tmp_path / "calibration.yaml"
    assert inside("lock", str(spec), "--calibration", str(file)).returncode == 0
    lock = json.loads((tmp_path / "chat-8b.lock.json").read_text(encoding="utf-8"))
    assert (lock["facts"]["calibration"]["name"], lock["facts"]["calibration"]["as_of"]) == (
        "calibration.yaml",
        DAY,
    )
    assert inside("lock", "--check", str(spec)).returncode == 0
    file.write_text(file.read_text(encoding="utf-8") + "# other bytes\n")
    ended = inside("lock", "--check", str(spec))
    assert ended.returncode == 5
    assert "facts.calibration: calibration.yaml is not the file" in ended.stderr


def test_a_service_that_was_measured_gets_its_block(tmp_path: Path) -> None:
    spec = ROOT / "workloads" / "fraud-detection.yaml"
    document = json.loads((RESULTS / "k6-machine-readable.json").read_text(encoding="utf-8"))
    spec_of = yaml.safe_load(spec.read_text(encoding="utf-8"))
    limit = spec_of["sla"].get("latency_p99_ms") or spec_of["sla"]["latency_p95_ms"]
    for metric in document["results"]["metrics"]:
        if metric["name"] == "http_req_duration":
            metric["values"] |= {"p(95)": limit * 0.7, "p(99)": limit * 0.9}
    held = result(tmp_path, "k6-machine-readable.json", results=document["results"])
    slow = tmp_path / "slow.json"
    slower = json.loads(held.read_text(encoding="utf-8"))
    for metric in slower["results"]["metrics"]:
        if metric["name"] == "http_reqs":
            metric["values"]["rate"] = 300.0
        if metric["name"] == "http_req_duration":
            metric["values"] |= {"p(95)": limit * 1.2, "p(99)": limit * 2}
    slow.write_text(json.dumps(slower))
    block = calibrated(tmp_path, held, slow, spec=spec)["measured"]
    assert block["qps_per_replica"] == pytest.approx(119.98, rel=1e-3), "never the rate that missed the sla"
    assert "run of 2026-11-20, sha256" in block["source"]
    changed = spec_of | {"measured": spec_of["measured"] | {key: each for key, each in block.items() if each}}
    (tmp_path / "new.yaml").write_text(yaml.safe_dump(changed))
    assert planned(spec=tmp_path / "new.yaml")["outcome"] == "plan"
    assert "p99 was" in refused(slow, spec=spec) or "p95 was" in refused(slow, spec=spec)


def test_the_block_alone_is_the_service_s_whole_measured(tmp_path: Path) -> None:
    """Put into the spec as it is printed, it plans what it planned: image, share and start are not lost."""
    measured = {
        "variant": "torch", "accelerator": "L4", "accelerator_share": 0.25, "qps_per_replica": 20, "cpu": 2,
        "latency_p95_ms": 60, "memory_gib": 7, "accelerator_memory_gib": 4, "startup_s": 77, "port": 9000,
        "image": "acme/scorer:1", "command": ["serve", "--fast"], "source": "a guess",
    }  # fmt: skip
    spec_of = {"measured": measured, "load": {"qps": 30}, "capacity": {"share": ["fraction"]}}
    spec = tmp_path / "scorer.yaml"
    spec.write_text(yaml.safe_dump(spec_of))
    out = str(tmp_path / "calibration.yaml")
    ended = inside("calibrate", str(spec), str(RESULTS / "k6.json"), "--out", out)
    assert ended.returncode == 0, ended.stderr
    block = yaml.safe_load(ended.stdout.partition("\n\n")[2])["measured"]
    told = {"qps_per_replica", "latency_p95_ms", "source"}
    assert {key: block[key] for key in measured.keys() - told} == {
        key: measured[key] for key in measured.keys() - told
    }
    assert block["qps_per_replica"] == pytest.approx(119.98, rel=1e-3)
    spec.write_text(yaml.safe_dump(spec_of | {"measured": block}))
    assert planned(spec=spec)["chosen"]["instance_type"] == "g6f.2xlarge"
    note = inside("plan", str(spec), "--calibration", out).stderr
    assert "it moves nothing: it has no calibrations" in note
    assert "put into its spec" in note


def followed(told: str, file: Path, folder: Path) -> list[str]:
    """The command that a load test's last line says, as a shell would read it, with a result in its place."""
    typed = told.removeprefix("then: plimsoll ").replace("$(date -u +%F)", "2026-01-01")
    words = [str(file) if word == "result.json" else word for word in shlex.split(typed)]
    return [*words[:-1], str(folder / words[-1])]


@pytest.mark.parametrize("tool", ["vllm", "inference-perf"])
def test_the_result_of_a_fleet_is_calibrated_as_its_test_says(tmp_path: Path, tool: str) -> None:
    """The same spec and options, the replicas and the day: where a file says none, the command does."""
    said = ("--set", "load.qps=40", "--set", "load.output_tokens=200", "--region", "us-east-2")
    test = inside("loadtest", str(CHAT), "--fleet", "--tool", tool, *said, "--set", "budget=null")
    (told,) = [line for line in test.stderr.splitlines() if line.startswith("then: plimsoll ")]
    replicas = int(re.search(r"all (\d+) replicas", test.stderr)[1])  # type: ignore[index]
    assert replicas > 1
    if tool == "vllm":
        run = {"request_rate": 40.0, "request_throughput": 39.6, "duration": 80.0, "replicas": str(replicas)}
        file = result(tmp_path, "vllm.json", **run)
    else:
        stage = json.loads((RESULTS / "stage_0_lifecycle_metrics.json").read_text(encoding="utf-8"))
        stage["load_summary"] |= {"requested_rate": 40.0, "achieved_rate": 39.9}
        stage["successes"]["throughput"]["requests_per_sec"] = 39.8
        file = result(
            tmp_path, "stage_0_lifecycle_metrics.json", **(stage | {"benchmark_time_seconds": 80.0})
        )
    ended = inside(*followed(told, file, tmp_path))
    assert ended.returncode == 0, ended.stderr
    (row,) = yaml.safe_load((tmp_path / "calibration.yaml").read_text(encoding="utf-8"))["calibrations"]
    assert row["runs"][0]["asked"] == f"{40 / replicas:g} req/s"
    assert row["ran_on"] == (DAY if tool == "vllm" else "2026-01-01")


def test_what_a_load_test_of_a_variant_says_to_do_next_is_taken(tmp_path: Path) -> None:
    """A result does not say of which variant it is; the load test knows, and its last line names it."""
    one = {"accelerator": "T4", "qps_per_replica": 90, "latency_p95_ms": 60, "cpu": 3, "memory_gib": 9}
    measured = [
        one | {"variant": "torch", "source": "x"},
        one | {"variant": "ort", "qps_per_replica": 160, "image": "acme/ort:1", "source": "x"},
    ]
    spec = tmp_path / "scorer.yaml"
    spec.write_text(yaml.safe_dump({"measured": measured, "load": {"qps": 100}}))
    said = inside("loadtest", str(spec), "--out", str(tmp_path / "test")).stderr
    (told,) = [line for line in said.splitlines() if line.startswith("then: plimsoll ")]
    ended = inside(*followed(told, RESULTS / "k6.json", tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert "put this in place of variant ort" in ended.stdout
    block = yaml.safe_load(ended.stdout.partition("\n\n")[2])["measured"]
    assert (block["variant"], block["image"]) == ("ort", "acme/ort:1")
    assert block["qps_per_replica"] == pytest.approx(119.98, rel=1e-3)
    unnamed = refused(RESULTS / "k6.json", spec=spec)
    assert f"{spec}:" in unnamed
    assert "say it: --variant NAME, one of torch, ort" in unnamed
    other = inside("calibrate", str(spec), str(RESULTS / "k6.json"), "--variant", "onnx")
    assert (other.returncode, other.stderr.partition(";")[0]) == (2, "--variant: no variant 'onnx'")


def test_rows_of_points_are_answered_by_accuracy(tmp_path: Path) -> None:
    calibrated(tmp_path, RESULTS / "vllm.json", options=("--points", str(tmp_path / "points.csv")))
    scored = json.loads(
        inside("accuracy", "--points", str(tmp_path / "points.csv"), "--format", "json").stdout
    )
    assert [row["answered"] for row in scored["rows"]] == [True, True, True]
    sets = {each["what"]: each for each in scored["summary"]["subsets"]}
    assert list(sets) == ["own load tests: TPOT", "own load tests: TTFT", "own load tests: output tok/s"]
    tpot = next(row for row in scored["rows"] if row["id"].endswith("tpot_ms"))
    assert sets["own load tests: TPOT"]["mdape"] == pytest.approx(abs(tpot["predicted"] / 25 - 1), rel=1e-3)


def test_rows_whose_prompts_share_a_prefix_are_flagged_since_no_column_says_it(tmp_path: Path) -> None:
    shares = yaml.safe_load(CHAT.read_text(encoding="utf-8"))
    shares["load"]["shared_prefix_tokens"] = 400
    spec = tmp_path / "shares.yaml"
    spec.write_text(yaml.safe_dump(shares))
    points = calibrated(tmp_path, RESULTS / "vllm.json", spec=spec)["points"]
    assert {(row["tier"], row["flags"]) for row in points} == {("B", "shared_prefix")}
    plain = calibrated(tmp_path, RESULTS / "vllm.json")["points"]
    assert {(row["tier"], row["flags"]) for row in plain} == {("A", "")}


def test_one_request_at_a_time_says_nothing_of_a_full_replica(tmp_path: Path) -> None:
    document = json.loads((RESULTS / "guidellm.json").read_text(encoding="utf-8"))
    (alone,) = document["benchmarks"][:1]
    alone["config"]["strategy"] = {"type_": "synchronous"}
    alone["metrics"]["requests_per_second"]["successful"]["mean"] = 0.2
    alone["metrics"]["request_totals"] |= {"successful": 240, "total": 240}
    read = calibrated(tmp_path, result(tmp_path, "guidellm.json", benchmarks=[alone]))
    assert "qps" not in factors(read)
    assert "tpot_p50_ms" in factors(read)
    assert read["calibrations"][0]["runs"][0]["used_for"] == "latency"
    loop = json.loads((RESULTS / "aiperf-1.json").read_text(encoding="utf-8"))
    assert loop["input_config"]["phases"][-1]["concurrency"] == 16
    assert "qps" in factors(calibrated(tmp_path, RESULTS / "aiperf-1.json")), "a neighbour that fills one"


def test_the_overload_at_the_end_of_a_sweep_is_left_out_and_told(tmp_path: Path) -> None:
    over = tmp_path / "over.json"
    document = json.loads((RESULTS / "vllm.json").read_text(encoding="utf-8"))
    over.write_text(
        json.dumps(document | {"request_rate": 12.0, "duration": 400.0, "request_throughput": 7.5})
    )
    ended = inside("calibrate", str(CHAT), str(RESULTS / "vllm.json"), str(over))
    assert ended.returncode == 0
    assert "left out:" in ended.stderr
    assert "overload" in ended.stderr
