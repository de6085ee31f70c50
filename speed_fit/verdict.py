"""What groups left out say of intervals and of decisions, as its file holds it."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.speed.accuracy.answer import Answer
from plimsoll.speed.accuracy.points import Point
from plimsoll.speed.accuracy.score import SUBSETS
from speed_fit.coverage import SCORED, coverage
from speed_fit.decisions import Level, levels, rates, spearman
from speed_fit.distances import factor
from speed_fit.kinds import KINDS
from speed_fit.left_out import Unseen
from speed_fit.limits import first_tokens, within
from speed_fit.record import RECORD, measured_with


def record(
    left: Sequence[Unseen], document: Mapping[str, Any], catalog: Catalog, points: Sequence[Point]
) -> None:
    """Score the rows of groups left out, and write the file; all points say how long first tokens took."""
    known = document["evidence"]
    found = {
        "_comment": "Written by speed_fit/fit.py --intervals; see speed_fit/README.md. Do not edit by hand.",
        "constants": measured_with(document),
        "spread": known["spread"],
        "crowded": known["crowded"],
        "alone": known["alone"],
        **_coverage(left),
        "decisions": {
            out: _decisions([each for each in left if each.out == out], known, catalog, points)
            for out in SCORED
        },
    }
    RECORD.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _coverage(left: Sequence[Unseen]) -> dict[str, Any]:
    found = asdict(coverage(left, (*SUBSETS, *KINDS)))
    return _rounded(found)


def _decisions(
    own: Sequence[Unseen], known: Mapping[str, Any], catalog: Catalog, points: Sequence[Point]
) -> dict[str, Any]:
    asked, answers = [each.point for each in own], [answered(each, known) for each in own]
    for_rate = rates(asked, answers, catalog)
    for_limit = within(asked, answers, catalog, first_tokens(points))
    return {
        "spearman": round(spearman(for_rate) or 0.0, 3),
        "rate": [_level(each) for each in levels(for_rate)],
        "limit": [_level(each) for each in levels(for_limit)],
    }


def _level(level: Level) -> dict[str, float]:
    return _rounded(asdict(level))


def answered(each: Unseen, known: Mapping[str, Any]) -> Answer:
    """The answer that a plan would have had of a row whose group was left out."""
    half = known["spread"][each.distance] * factor(each)
    low, high = each.predicted * math.exp(-half), each.predicted * math.exp(half)
    return Answer(each.point.id, True, each.predicted, low, high, None)


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Four digits after the point, at every depth."""
    return {
        name: _rounded(each)
        if isinstance(each, dict)
        else round(each, 4)
        if isinstance(each, float)
        else each
        for name, each in values.items()
    }
