"""The accuracy report as its JSON document: `plimsoll.dev/accuracy/v1`."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from plimsoll.ground import meaning
from plimsoll.ground.canonical import canonical
from plimsoll.show.text import PIPED, Style
from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.score import Score

SCHEMA = "plimsoll.dev/accuracy/v1"


@dataclass(frozen=True, slots=True)
class Scored:
    """The points of a file, an answer to each, the scores over all, and the number of fitted constants."""

    source: str
    points: Sequence[Point]
    answers: Sequence[Answer]
    scores: Sequence[Score]
    fitted: int

    @property
    def answered(self) -> int:
        """The number of points that have a prediction."""
        return sum(given.answered for given in self.answers)


@dataclass(frozen=True, slots=True)
class Row:
    """The answer to one measured point."""

    id: Annotated[str, "Identifier of the point, as in the file."]
    answered: Annotated[bool, "Whether there is a prediction."]
    predicted: Annotated[float | None, "The metric of the row in its unit, for the whole system."]
    low: Annotated[float | None, "10th percentile of the measured value."]
    high: Annotated[float | None, "90th percentile of the measured value."]
    reason: Annotated[str | None, "Why there is no prediction; null if there is one."]


@dataclass(frozen=True, slots=True)
class Summary:
    """The score over all rows that have a measured value."""

    rows: Annotated[int, "Rows of the file."]
    answered: Annotated[int, "Rows with a prediction."]
    fitted_constants: Annotated[int, "Constants of the speed model that were fitted."]
    subsets: Annotated[list[dict[str, Any]], "Scores, one per set of rows."]


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """The speed model scored against measured points."""

    schema: Annotated[str, meaning.SCHEMA]
    points: Annotated[str, "The file of points."]
    rows: Annotated[list[Row], "One answer per line of the file, in its order."]
    summary: Annotated[Summary, "The score."]


def document(scored: Scored) -> AccuracyReport:
    """Put the report together; `rows` has one entry per line of the file, in its order."""
    subsets = [_rounded(score) for score in scored.scores]
    summary = Summary(len(scored.points), scored.answered, scored.fitted, subsets)
    rows = [Row(a.id, a.answered, a.predicted, a.low, a.high, a.reason) for a in scored.answers]
    return AccuracyReport(SCHEMA, scored.source, rows, summary)


def as_json(answer: Scored, _: Style = PIPED) -> str:
    """Write the report, in ASCII and narrowly indented: it has thousands of rows."""
    return json.dumps(canonical(document(answer)), indent=1) + "\n"


def _rounded(score: Score) -> dict[str, Any]:
    return {
        key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(score).items()
    }
