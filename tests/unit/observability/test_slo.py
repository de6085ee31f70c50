from decimal import Decimal

import pytest

from plimsoll.observability.slo import BURNS, objectives


@pytest.mark.parametrize("percent", [50, 90, 95, 99])
def test_every_threshold_can_be_reached(percent: int) -> None:
    (objective,), _ = objectives({f"ttft_p{percent}_ms": 1000.0}, "vllm")
    for burn in BURNS:
        assert objective.allowed <= objective.threshold(burn) < 1


def test_a_p95_pages_at_its_published_factor() -> None:
    (objective,), _ = objectives({"ttft_p95_ms": 1000.0}, "vllm")
    assert [objective.threshold(burn) for burn in BURNS] == [Decimal("0.72"), Decimal("0.3"), Decimal("0.05")]


def test_a_limit_between_edges_is_judged_at_the_edge_below_and_said() -> None:
    (objective,), (note,) = objectives({"ttft_p95_ms": 800.0}, "vllm")
    assert objective.edge_s == 0.75
    assert "0.75 s" in note
    assert "800 ms" in note


@pytest.mark.parametrize(
    ("sla", "engine", "why"),
    [
        ({"latency_p95_ms": 10.0}, "vllm", "no histogram"),
        ({"ttft_p95_ms": 0.5}, "vllm", "first bucket edge"),
        ({"ttft_p95_ms": 500.0}, "triton", "engine triton"),
        ({"latency_p99_ms": 50.0}, None, "its own server"),
        ({"wait_p95_ms": 10000.0}, None, "KEDA"),
    ],
)
def test_a_limit_without_an_alert_says_why(sla: dict[str, float], engine: str | None, why: str) -> None:
    found, (note,) = objectives(sla, engine)
    assert found == ()
    assert why in note


def test_a_limit_below_whose_edge_the_plan_itself_lies_is_judged_above_and_said() -> None:
    (objective,), (note,) = objectives({"tpot_p95_ms": 40.0}, "vllm", {"tpot_p95_ms": 35.3})
    assert objective.edge_s == 0.05
    assert "0.05 s" in note
    assert "35.3 ms" in note


@pytest.mark.parametrize(("expected", "edge"), [(20.0, 0.025), (25.0, 0.025), (25.1, 0.05)])
def test_an_edge_that_the_plan_reaches_is_still_the_one_below(expected: float, edge: float) -> None:
    (objective,), _ = objectives({"tpot_p95_ms": 40.0}, "vllm", {"tpot_p95_ms": expected})
    assert objective.edge_s == edge


def test_a_limit_that_nobody_set_is_no_objective() -> None:
    assert objectives({"ttft_p95_ms": None, "availability": 0.99}, "vllm") == ((), ())


def test_whole_edges_match_as_either_client_writes_them() -> None:
    (objective,), _ = objectives({"ttft_p95_ms": 1000.0}, "vllm")
    assert r'le=~"1|1\\.0"' in objective.slow("chat", "1h")
