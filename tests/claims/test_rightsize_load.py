"""What is measured behind a cache, or of people, is written into a spec as the spec says it."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

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
