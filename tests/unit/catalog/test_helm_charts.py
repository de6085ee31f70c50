"""Charts of public repositories: who publishes them, and what they make by default."""

from datetime import date
from typing import get_args

from plimsoll.catalog.helm_charts import CHARTS, REPOSITORIES, Creates, chart_from, chart_in
from plimsoll.catalog.rows import rows
from plimsoll.ground.quantity import parse_quantity


def test_every_chart_is_there_once_with_its_source_and_its_date() -> None:
    table = list(rows(CHARTS))
    keys = [(row["chart"], row["repository"]) for row in table]
    assert len(set(keys)) == len(keys) > 400
    for row in table:
        assert row["creates"] in get_args(Creates)
        assert row["source"]
        assert date.fromisoformat(row["as_of"])


def test_every_default_volume_has_a_size() -> None:
    for row in rows(CHARTS):
        chart = chart_in(row["chart"], row["repository"])
        assert chart is not None
        assert all(parse_quantity(size) for size in chart.volumes.values()), chart
        assert chart.creates == "exact" or not chart.volumes


def test_a_repository_is_where_it_is_and_has_charts() -> None:
    known = {row["repository"] for row in rows(CHARTS)}
    homes = list(rows(REPOSITORIES))
    assert {row["repository"] for row in homes} <= known
    assert all("://" not in row["home"] and not row["home"].endswith("/") for row in homes)


def test_the_repository_is_part_of_a_chart() -> None:
    assert chart_from("postgresql", "charts.bitnami.com/bitnami") is not None
    assert chart_from("postgresql", "charts.example") is None
    assert chart_from("postgresql", "") is None
