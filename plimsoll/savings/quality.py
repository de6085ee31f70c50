"""Quality of models as it was published: pairs of a family, each with figures of both from two sources."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.rows import rows
from plimsoll.ground.start_up import record

QUALITY = "model_quality.csv"

SOURCES = 2
"""Sources that a pair needs: a publisher's own table, and somebody's who measured both."""


@record
class QualityScore:
    """One benchmark of two models, as one source published it, points of 100."""

    benchmark: str
    larger: float
    smaller: float
    source: str
    as_of: str


@record
class Pair:
    """A model and a smaller one of its family, with what both reach."""

    larger: str
    smaller: str
    scores: tuple[QualityScore, ...]


def smaller_of(model: str) -> list[Pair]:
    """List the smaller models that stand beside one with figures from two sources at least."""
    found: dict[str, list[QualityScore]] = {}
    for smaller, score in _scores(model):
        found.setdefault(smaller, []).append(score)
    return [
        Pair(model, smaller, tuple(scores))
        for smaller, scores in found.items()
        if len({score.source for score in scores}) >= SOURCES
    ]


def _scores(model: str) -> Iterator[tuple[str, QualityScore]]:
    for row in rows(QUALITY):
        if row["larger"] == model:
            figures = float(row["larger_score"]), float(row["smaller_score"])
            yield row["smaller"], QualityScore(row["benchmark"], *figures, row["source"], row["as_of"])


def catalogue_name(catalog: Catalog, spec: Mapping[str, Any]) -> str | None:
    """Name the model of a spec as the catalogue does; None of a model that has no name there."""
    model = spec.get("model")
    found = catalog.model(model) if isinstance(model, str) and spec.get("config") is None else None
    return None if found is None else found.name
