"""`sla.confidence`: latency limits are held against that quantile of the interval, in all services."""

from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError

from plimsoll.candidates.row import CandidateRow
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.plan.plan import Plan, Refusal
from plimsoll.sizing.latency_limits import margin
from plimsoll.spec.workload import Workload
from tests.make.worlds import answer, cost

SERVICES: dict[str, dict[str, Any]] = {
    "language model": {
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "load": {"qps": 17, "input_tokens": 1000, "output_tokens": 250},
        "sla": {"tpot_p95_ms": 34, "ttft_p95_ms": 1200},
        "pin": {"instance_type": "g7e.2xlarge"},
    },
    "speech": {
        "model": "openai/whisper-large-v3",
        "load": {"qps": 60},
        "sla": {"latency_p95_ms": 1200},
        "pin": {"instance_type": "g6e.xlarge"},
    },
    "encoder": {
        "model": "BAAI/bge-large-en-v1.5",
        "load": {"qps": 8000, "input_tokens": 300},
        "sla": {"latency_p95_ms": 9},
        "pin": {"instance_type": "g6e.xlarge"},
    },
}
MEASURED: dict[str, Any] = {
    "measured": {
        "accelerator": "L4",
        "qps_per_replica": 20,
        "latency_p95_ms": 95,
        "cpu": 2,
        "memory_gib": 4,
        "source": "load test",
    },
    "load": {"qps": 50},
    "sla": {"latency_p95_ms": 100},
}
LEVELS = (0.5, 0.7, 0.9, 0.95)


@cache
def catalog() -> Catalog:
    return load("2026-11-27")


def solved(spec: dict[str, Any], **sla: float) -> Plan | Refusal:
    return answer({**spec, "sla": {**spec["sla"], **sla}}, catalog())


def kept(kind: str, confidence: float) -> Plan:
    plan = solved(SERVICES[kind], confidence=confidence)
    assert isinstance(plan, Plan)
    return plan


def nearest(refusal: Plan | Refusal) -> CandidateRow:
    """The one candidate that breaks nothing but a latency."""
    assert isinstance(refusal, Refusal)
    latencies = {"ttft", "tpot", "e2e", "latency"}
    return next(row for row in refusal.candidates if {reason.code for reason in row.reasons} <= latencies)


@pytest.mark.parametrize("kind", SERVICES)
@pytest.mark.parametrize("confidence", LEVELS)
def test_the_quantile_of_every_limited_latency_is_within_its_limit(kind, confidence):
    plan = kept(kind, confidence)
    for key, limit in SERVICES[kind]["sla"].items():
        estimate = plan.latency[key]
        interval = {key.partition("_")[0]: (0.0, estimate.high / estimate.estimate)}
        assert estimate.estimate * margin(interval, key, confidence) <= limit * 1.0001


@pytest.mark.parametrize("kind", SERVICES)
def test_more_confidence_costs_at_least_as_much_and_in_the_end_more(kind):
    costs = [cost(kept(kind, confidence)) for confidence in LEVELS]
    assert costs == sorted(costs)
    assert costs[-1] > costs[0]


@pytest.mark.parametrize("kind", SERVICES)
def test_one_half_is_what_a_spec_gets_that_says_nothing(kind):
    plain = solved(SERVICES[kind])
    assert isinstance(plain, Plan)
    said = kept(kind, 0.5)
    assert (plain.chosen, plain.latency, plain.warnings) == (said.chosen, said.latency, said.warnings)


def test_a_plan_says_what_its_confidence_decided():
    told = {item.name: item for item in kept("language model", 0.9).assumptions}["limits held at confidence"]
    assert told.value == 0.9
    assert "tpot × 1." in told.source
    assert "at sla.confidence: 0.5 it would take 3 of these replicas to carry the peak, not 5" in told.source


def test_the_interval_says_what_the_pessimistic_end_would_ask_for():
    (said,) = (w.message for w in kept("language model", 0.5).warnings if w.code == "interval")
    assert "at sla.confidence: 0.9 it would take 5 of these replicas to carry the peak, not 3" in said
    assert [w for w in kept("language model", 0.9).warnings if w.code == "interval"] == []


def test_a_refusal_names_the_confidence_and_offers_less_of_it():
    spec = {**SERVICES["language model"], "pin": {"instance_type": "g6.xlarge"}}
    refusal = solved(spec, tpot_p95_ms=75, confidence=0.95)
    assert isinstance(refusal, Refusal)
    (reason,) = nearest(refusal).reasons
    assert isinstance(reason.value, float)
    assert reason.limit == 75 < reason.value
    assert "at sla.confidence 0.95, estimated" in reason.message
    assert "sla.confidence" in {way.change for way in refusal.ways_out}


def test_every_way_out_of_a_confident_spec_fits():
    spec = {**SERVICES["language model"], "pin": {"instance_type": "g6.xlarge"}}
    refusal = solved(spec, tpot_p95_ms=75, confidence=0.95)
    assert isinstance(refusal, Refusal)
    for way in refusal.ways_out:
        section, _, key = way.change.partition(".")
        if section == "sla":
            assert isinstance(solved(spec, **{"tpot_p95_ms": 75, "confidence": 0.95, key: way.to}), Plan)


def test_what_was_measured_may_come_out_worse_on_another_host():
    assert isinstance(solved(MEASURED), Plan)
    (reason,) = nearest(solved(MEASURED, confidence=0.9)).reasons
    assert reason.message == "measured latency is 95 ms, 104.5 ms at sla.confidence 0.9; the limit is 100 ms"


@pytest.mark.parametrize("wrong", [0.49, 0.951, 1, 0, -1, 90, float("nan"), "high", True, None])
def test_no_other_number_is_a_confidence(wrong):
    with pytest.raises(ValidationError):
        Workload.model_validate({"model": "a/b", "load": {"qps": 1}, "sla": {"confidence": wrong}})
