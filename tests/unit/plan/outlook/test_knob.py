"""Knobs turn what the spec has: no tokens of a measured service, no spot share where spot is forbidden."""

import pytest

from plimsoll.candidates.search import search
from plimsoll.catalog.tables import load
from plimsoll.plan.outlook.knob import knobs
from plimsoll.spec.read import from_data
from plimsoll.speed.read import load_speed

CHAT = {"model": "meta-llama/Llama-3.1-8B-Instruct", "load": {"qps": {"peak": 10, "average": 4}}}


def turned(spec: dict[str, object], share: float) -> dict[str, list[str]]:
    loaded = from_data(spec, load(), file="spec")
    found = search(loaded.workload, loaded.architecture, loaded.catalog, load_speed())
    return {knob.title: [each.typed for each in knob.settings(share)] for knob in knobs(found)}


def test_the_peak_keeps_the_shape_of_its_day() -> None:
    assert turned(CHAT, 1.2)["peak load"] == ["load.qps={peak: 12, average: 4.8}"]


def test_tokens_are_turned_with_their_percentiles_where_the_spec_leaves_them_out() -> None:
    assert turned(CHAT, 0.8)["tokens per request"] == [
        "load.input_tokens={mean: 800, p95: 1600}",
        "load.output_tokens={mean: 160, p95: 320}",
    ]


def test_one_limit_is_turned_what_sets_the_machine_first() -> None:
    found = turned({**CHAT, "sla": {"ttft_p95_ms": 900, "tpot_p95_ms": 50}}, 0.9)
    assert found["TPOT p95 limit"] == ["sla.tpot_p95_ms=45"]
    assert "TTFT p95 limit" not in found


@pytest.mark.parametrize(
    ("base", "share", "typed"),
    [(0.5, 0.8, "capacity.on_demand_base=0.6"), (0.5, 1.2, "capacity.on_demand_base=0.4")],
)
def test_the_spot_share_is_what_the_base_leaves(base: float, share: float, typed: str) -> None:
    spec = {**CHAT, "capacity": {"spot": "allow", "on_demand_base": base}}
    assert turned(spec, share)["spot share"] == [typed]


def test_no_spot_share_is_above_all() -> None:
    assert turned({**CHAT, "capacity": {"spot": "allow", "on_demand_base": 0.0}}, 1.2)["spot share"] == []
    assert "spot share" not in turned(CHAT, 1.2)
