"""A dashboard holds to Grafana's model, and reads like a page: no clutter, no line that says nothing."""

import re
from typing import Any

import pytest

from plimsoll.observability.dashboard import dashboard
from plimsoll.observability.panel import PLAN
from plimsoll.observability.watch import watches
from tests.make.places import EXAMPLES, ROOT

UNITS = {"currencyUSD", "h", "percentunit", "reqps", "s", "short"}
"""Ids of Grafana's units that are used (packages/grafana-data/src/valueFormats/categories.ts)."""

SPECS = [*EXAMPLES, *sorted((ROOT / "workloads" / "runs").glob("*.yaml"))]


@pytest.fixture(scope="module", params=SPECS, ids=[path.stem for path in SPECS])
def board(request: pytest.FixtureRequest) -> dict[str, Any]:
    (watch,) = watches([request.param], None, "2026-09-01", None, None, None)
    return dashboard(watch)


def test_panels_have_ids_of_their_own_and_do_not_overlap(board: dict[str, Any]) -> None:
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        columns, rows = range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        cells = {(column, row) for column in columns for row in rows}
        assert not cells & taken
        taken |= cells


def test_units_are_grafanas_and_queries_have_letters_of_their_own(board: dict[str, Any]) -> None:
    for panel in board["panels"]:
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
        letters = [target["refId"] for target in panel["targets"]]
        assert letters == sorted(set(letters))
        assert all(target["datasource"]["uid"] == "${datasource}" for target in panel["targets"])


def test_titles_and_legends_fit_and_tell_apart(board: dict[str, Any]) -> None:
    titles = [panel["title"] for panel in board["panels"]]
    assert len(set(titles)) == len(titles)
    assert 4 <= len(titles) <= 14
    for panel in board["panels"]:
        legends = [target["legendFormat"] for target in panel["targets"]]
        assert len(set(legends)) == len(legends) <= 6, panel["title"]
        assert len(panel["title"]) <= 40
        assert all(len(legend) <= 50 for legend in legends), legends
        assert panel["description"].endswith(".")


def test_dashed_lines_are_the_constants_and_only_they(board: dict[str, Any]) -> None:
    for panel in board["panels"]:
        (override,) = panel["fieldConfig"]["overrides"]
        dashed = re.compile(override["matcher"]["options"].strip("/"))
        for target in panel["targets"]:
            constant = target["expr"].startswith("vector(")
            assert constant == bool(dashed.match(target["legendFormat"])), target["legendFormat"]
            assert constant == target["legendFormat"].startswith(PLAN)


def test_what_aws_billed_is_one_click_away(board: dict[str, Any]) -> None:
    assert [link["title"] for link in board["links"]] == ["AWS Budgets", "AWS Cost Anomaly Detection"]
    assert all(link["url"].startswith("https://console.aws.amazon.com/") for link in board["links"])
