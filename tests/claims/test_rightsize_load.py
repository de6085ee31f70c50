"""What is measured behind a cache, or of people, is written into a spec as the spec says it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.catalog.tables import load as load_catalog
from plimsoll.spec.read import load_workload
from tests.make.command import inside
from tests.make.metrics import STEP_S, queries

MODEL = {"name": "faq", "model": "meta-llama/Llama-3.1-8B-Instruct"}
LENGTHS = {"input_tokens": 1000, "output_tokens": 200}
CACHE = {"exact_hit": 0.5, "entries": 1_000_000, "entry_kib": 4, "source": "gateway log 2026-10"}


def locked(folder: Path, load: dict[str, Any], **keys: Any) -> Path:
    """Lock a spec with a load."""
    spec = folder / "faq.yaml"
    spec.write_text(yaml.safe_dump({**MODEL, "load": {**LENGTHS, **load}, **keys}), encoding="utf-8")
    done = inside("lock", str(spec))
    assert done.returncode == 0, done.stderr
    return spec.with_name("faq.lock.json")


def told(lock: Path, text: str) -> dict[str, Any]:
    """What the report says of the only lock."""
    metrics = lock.parent / "metrics.json"
    metrics.write_text(text, encoding="utf-8")
    done = inside("rightsize", "--lock", str(lock), "--metrics", str(metrics), "--format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    (found,) = [*report["proposals"], *report["not_worth_it"], *report["refused"]]
    return found


def changes(found: dict[str, Any]) -> dict[str, Any]:
    return {each["change"]: each["to"] for each in found["changes"]}


@pytest.mark.parametrize("cold_start_ok", [False, True], ids=["cold", "full"])
def test_what_a_cache_lets_through_as_planned_changes_nothing(cold_start_ok: bool, tmp_path: Path) -> None:
    lock = locked(tmp_path, {"qps": 20, "cache": CACHE | {"cold_start_ok": cold_start_ok}})
    found = told(lock, queries(20, qps=10.0))
    assert (found["changes"], found["reason"][:26]) == ([], "the plan is the right size")


def test_more_behind_a_cache_than_planned_is_a_greater_load_not_a_smaller_one(tmp_path: Path) -> None:
    lock = locked(tmp_path, {"qps": 20, "cache": CACHE | {"cold_start_ok": True}})
    found = told(lock, queries(20, qps=50 / 3))
    assert changes(found) == {"load.qps.peak": 33.33}
    assert found["now"]["replicas_peak"] > found["was"]["replicas_peak"]
    rate = next(each for each in found["evidence"] if each["name"] == "requests")
    assert (rate["planned"], rate["peak"]) == (10, 16.67)
    assert any("rate ÷ 0.5, by the hit rate of 50.0%" in risk for risk in found["risks"])


def test_hours_and_the_average_are_those_before_the_cache_too(tmp_path: Path) -> None:
    def office(at: int) -> float:
        hour = at * STEP_S // 3600
        return 10.0 if hour // 24 % 7 < 5 and 8 <= hour % 24 < 18 else 1.0

    lock = locked(tmp_path, {"qps": {"peak": 20, "average": 12}, "cache": CACHE})
    found = changes(told(lock, queries(21, qps=office)))
    assert found.keys() == {"load.qps.average", "load.profile"}
    assert [found["load.profile"][hour] for hour in (3, 12)] == [0.1, 1.0]


def test_requests_in_flight_are_those_before_the_cache(tmp_path: Path) -> None:
    lock = locked(tmp_path, {"concurrency": 64, "cache": CACHE})
    assert told(lock, queries(20, qps=5.0, running=32.0))["changes"] == []
    assert changes(told(lock, queries(20, qps=5.0, running=64.0))) == {"load.concurrency": 128}


def two(folder: Path) -> list[str]:
    """Two locks, of which one serves ten times the other."""
    words: list[str] = []
    for name, rate in (("one", 5), ("ten", 50)):
        spec = folder / f"{name}.yaml"
        text = yaml.safe_dump({**MODEL, "name": name, "load": {**LENGTHS, "qps": rate}})
        spec.write_text(text, encoding="utf-8")
        assert inside("lock", str(spec)).returncode == 0
        words += ["--lock", str(spec.with_name(f"{name}.lock.json"))]
    return words


def test_each_of_several_locks_is_held_against_metrics_of_its_own(tmp_path: Path) -> None:
    locks, metrics = two(tmp_path), tmp_path / "metrics"
    for name, rate in (("one", 5.0), ("ten", 25.0)):
        (metrics / name).mkdir(parents=True)
        for query, document in json.loads(queries(20, qps=rate)).items():
            (metrics / name / f"{query}.json").write_text(json.dumps(document), encoding="utf-8")
    done = inside("rightsize", *locks, "--metrics", str(metrics), "--format", "json")
    report = json.loads(done.stdout)
    assert [(each["name"], changes(each)) for each in report["proposals"]] == [("ten", {"load.qps.peak": 25})]
    assert [(each["name"], changes(each)) for each in report["not_worth_it"]] == [("one", {})]


def test_what_may_be_of_any_of_several_locks_is_refused(tmp_path: Path) -> None:
    locks, metrics = two(tmp_path), tmp_path / "metrics.json"
    metrics.write_text(queries(20, qps=5.0), encoding="utf-8")
    done = inside("rightsize", *locks, "--metrics", str(metrics))
    assert (done.returncode, done.stdout) == (2, "")
    assert "the metrics do not say whose they are" in done.stderr
    assert "metrics/one/" in done.stderr
    named = json.loads(queries(20, qps=5.0))
    for document in named.values():
        document["data"]["result"][0]["metric"] = {"namespace": "one"}
    metrics.write_text(json.dumps(named), encoding="utf-8")
    done = inside("rightsize", *locks, "--metrics", str(metrics))
    assert done.returncode == 5, "the metrics of one are none of ten"


def test_commands_for_several_locks_save_each_where_it_is_read(tmp_path: Path) -> None:
    """The shell runs them, with a curl that answers with its query."""
    script = inside("rightsize", *two(tmp_path), "--queries").stdout
    curl = tmp_path / "bin" / "curl"
    curl.parent.mkdir()
    curl.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    curl.chmod(0o755)
    path = f"{curl.parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-c", script], cwd=tmp_path, env={"PATH": path, "PROMETHEUS": "x"}, check=True)
    for name in ("one", "ten"):
        saved = (tmp_path / "metrics" / name / "requests.json").read_text(encoding="utf-8")
        assert f'namespace="{name}"' in saved


PEOPLE = {"users": 3000, "requests_per_user_per_hour": 6}
"""5 requests a second on average, 15 at the peak."""


def planned_peak(lock: Path, found: dict[str, Any]) -> float:
    """The peak of the lock's spec with what was found."""
    words = [word for key, to in changes(found).items() for word in ("--set", f"{key}={json.dumps(to)}")]
    done = inside("plan", str(lock.with_name("faq.yaml")), "--no-savings", "--format", "json", *words)
    assert done.returncode == 0, done.stderr
    spec = lock.with_name("found.json")
    spec.write_text(json.dumps(json.loads(done.stdout)["workload"]), encoding="utf-8")
    load = load_workload(spec, load_catalog("2026-09-01")).workload.load
    assert load.rate is not None
    return load.rate.peak


@pytest.mark.parametrize("qps", [5 / 3, 40.0])
def test_a_load_of_people_stays_one_of_people(qps: float, tmp_path: Path) -> None:
    lock = locked(tmp_path, PEOPLE)
    found = told(lock, queries(20, qps=qps))
    assert changes(found).keys() == {"load.requests_per_user_per_hour", "load.profile"}
    assert planned_peak(lock, found) == pytest.approx(qps, rel=1e-3)
    rate = next(each for each in found["evidence"] if each["name"] == "requests")
    assert rate["planned"] == 15


def test_people_whose_hours_are_as_planned_only_ask_more(tmp_path: Path) -> None:
    hours = [0.1] * 8 + [1.0] * 10 + [0.1] * 6
    lock = locked(tmp_path, PEOPLE | {"profile": hours})
    peak = 5 / (sum(hours) / 24)

    def twice(at: int) -> float:
        return 2 * peak * hours[at * STEP_S // 3600 % 24]

    found = told(lock, queries(21, qps=twice))
    assert changes(found) == {"load.requests_per_user_per_hour": 12}
    assert told(lock, queries(21, qps=lambda at: twice(at) / 2))["changes"] == []


def test_people_behind_a_cache_ask_what_it_answers_too(tmp_path: Path) -> None:
    hours = [0.5, 1.0] * 12
    lock = locked(tmp_path, PEOPLE | {"profile": hours, "cache": CACHE})
    peak = 5 / 0.75

    def missed(at: int) -> float:
        return peak / 2 * hours[at * STEP_S // 3600 % 24]

    assert told(lock, queries(21, qps=missed))["changes"] == []
