"""Helm charts of public repositories create this with their default values; read when one is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from plimsoll.catalog.rows import table

CHARTS, REPOSITORIES = "helm_charts.csv", "helm_repositories.csv"

Creates = Literal["nothing", "pods", "accelerators", "exact", "more"]
"""What a chart creates that costs: nothing; pods; pods that take accelerators; pods, volumes and load
balancers that are known one by one; or such of which only words are known."""


@dataclass(frozen=True, slots=True)
class HelmChart:
    """One chart creates this by default.

    `replicas` and `volumes` are keyed by the dotted path of the value that changes them; `claims` are the
    paths of claim templates, which it uses only where they are given; `load_balancers` are the paths of
    Services whose type is LoadBalancer; `subcharts` are on unless switched off.
    """

    chart: str
    repository: str
    creates: Creates
    replicas: Mapping[str, int]
    volumes: Mapping[str, str]
    claims: tuple[str, ...]
    load_balancers: tuple[str, ...]
    subcharts: tuple[str, ...]
    note: str
    source: str
    as_of: str


def chart_from(chart: str, home: str) -> HelmChart | None:
    """Find a chart by its name and where it is fetched, without the scheme; None if not known from there."""
    return next((found for key in _keys_of(home) if (found := chart_in(chart, key)) is not None), None)


def chart_in(chart: str, repository: str) -> HelmChart | None:
    """Find a chart by its name and its repository's key."""
    return _charts().get((chart, repository))


@cache
def _homes() -> list[list[str]]:
    return table(REPOSITORIES)


def _keys_of(home: str) -> list[str]:
    """List the repositories that lie there; one of a registry has a folder for each chart beneath."""
    return [key for key, there in _homes() if home == there]


@cache
def _charts() -> dict[tuple[str, str], HelmChart]:
    return {
        (chart, repository): HelmChart(
            chart,
            repository,
            cast("Creates", creates),
            {path: int(count) for path, count in _pairs(replicas)},
            {path: size for path, size in _pairs(volumes) if size},
            tuple(path for path, size in _pairs(volumes) if not size),
            tuple(filter(None, balancers.split(";"))),
            tuple(filter(None, subcharts.split(";"))),
            note,
            source,
            as_of,
        )
        for (
            chart,
            repository,
            creates,
            replicas,
            volumes,
            balancers,
            subcharts,
            _,
            note,
            source,
            as_of,
        ) in table(CHARTS)
    }


def _pairs(cell: str) -> list[tuple[str, str]]:
    return [
        (path, value) for path, _, value in (each.partition("=") for each in filter(None, cell.split(";")))
    ]
