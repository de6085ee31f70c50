"""The best candidates stand side by side in figures; what they have in common is said once."""

from plimsoll.plan.plan import Plan
from plimsoll.show.plan.field import MOST_BESIDE, Field, field_of
from tests.make.worlds import answer, real

SPEC = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": 20}, "sla": {"e2e_p95_ms": 20000}}


def field(**more: object) -> Field:
    plan = answer(SPEC | more, real())
    assert isinstance(plan, Plan)
    return field_of(plan)


def test_every_row_has_replicas_latency_and_the_price_of_tokens() -> None:
    found = field()
    assert {"replicas", "E2E p95", "TTFT p95", "$/M tok", "expected", "ceiling"} <= set(found.heading)
    assert all(all(row[1:]) and len(row) == len(found.heading) for row in found.rows)
    assert found.rows[0][0] == "✔"
    assert len(found.rows) <= MOST_BESIDE + 1


def test_what_all_share_has_no_column() -> None:
    assert field().alike.startswith("all bf16, ")
    assert "region" not in field().heading
    assert "region" in field(regions=["us-east-1", "us-east-2"]).heading


def test_a_lone_candidate_is_like_no_other() -> None:
    lone = field(pin={"instance_type": "g6e.xlarge", "precision": "bf16"})
    assert len(lone.rows) == 1
    assert lone.alike == ""
