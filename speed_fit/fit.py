"""Fit the constants of the speed model and write plimsoll/catalog/data/speed/constants.json.

    python -m speed_fit.fit POINTS.csv [--quick]

Needs numpy, which the product does not. Same points, same file. `--quick` keeps the intervals of the file
that is there. `--warm` begins at the constants of the file that is there; `--intervals` keeps them and renews
the intervals and left_out.json, what groups left out say of both. The widths that are written are those that
run. `--whole` fits what only whole requests use (`whole.py`) and keeps all the rest, intervals too.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.engines.benchmarked import SERVING
from plimsoll.speed.accuracy.points import Point, Question
from plimsoll.speed.accuracy.points_file import points_from, shipped_points
from speed_fit.distances import evidence
from speed_fit.fitting import Fit, centred, engine_of, possible
from speed_fit.left_out import counted, seen, unseen
from speed_fit.parameters import OF_TEXT, Constants, filled, fitted, of_whole, start
from speed_fit.reviewed import as_run, reviewed
from speed_fit.verdict import record
from speed_fit.whole import CENTRED, ROUNDS, fitted_whole, is_whole, more_fitted

TARGET = Path(__file__).parent.parent / "plimsoll" / "catalog" / "data" / "speed" / "constants.json"

REPORTS = "field-reports"
"""Rows that come with the package only."""


def main(arguments: list[str]) -> None:
    """Fit, leave out, write."""
    given, catalog = points_from(Path(arguments[0])), load()
    document = json.loads(TARGET.read_text())
    if "--whole" in arguments:
        document = whole(possible(reviewed(given), catalog), catalog, document)
        TARGET.write_text(json.dumps(document, indent=1) + "\n")
        return
    if "--intervals" not in arguments:
        points = possible(_with_reports(reviewed(given)), catalog)
        say(f"{len(points)} rows")
        near = written() if "--warm" in arguments else None
        constants = Fit(points, catalog, say).run(ROUNDS, near)
        for _ in range(CENTRED):
            constants = centred(constants, points, catalog)
        document = write(constants, points, catalog, document)
        TARGET.write_text(json.dumps(document, indent=1) + "\n")
        say(f"{document['fitted']} constants fitted; wrote {TARGET}")
    if "--quick" not in arguments:
        left = counted(unseen(fitted_from(given, catalog), written(), catalog))
        known = possible(_with_reports(reviewed(given)), catalog)
        document["evidence"] = evidence(left, seen(known, catalog))
        TARGET.write_text(json.dumps(document, indent=1) + "\n")
        record(left, document, catalog, reviewed(given))
        say("wrote the intervals, and what groups left out say of them")


def whole(points: list[Point], catalog: Catalog, known: dict[str, Any]) -> dict[str, Any]:
    """The data file with the constants of whole requests fitted anew; those of language models stand."""
    before = written()
    constants = fitted_whole(points, catalog, before, say)
    document = write(constants, points, catalog, known)
    for kind in ("devices", "classes"):
        for name, device in known[kind].items():
            anew = document[kind].get(name, device)
            document[kind][name] = {
                key: anew[key] if of_whole(("devices", name, key)) else value for key, value in device.items()
            }
    for kind in ("precisions", "links", "blend"):
        document[kind] = known[kind]
    document["engines"] |= {
        name: values for name, values in known["engines"].items() if not of_whole(("engines", name, ""))
    }
    document["tasks"] |= {name: value for name, value in known["tasks"].items() if name in OF_TEXT}
    document["fitted"] = known["fitted"] + more_fitted(constants, before, points, catalog)
    return document


def fitted_from(given: Sequence[Point], catalog: Catalog) -> list[Point]:
    """The rows that the constants of the data file were fitted from: some may have been flagged since.

    A group is left out of these; the descent would not begin where it ended with others. Rows of whole
    requests are read as reviewed: what leaves them out is a fit of its own.
    """
    told = {name: device["points"] for name, device in json.loads(TARGET.read_text())["devices"].items()}
    as_given = possible(_with_reports(as_run(given)), catalog)
    by_part = Counter(part for _, part in _asked(as_given, catalog))
    if by_part != told:
        return possible(_with_reports(reviewed(given)), catalog)
    return [
        read if is_whole(read) else point for point, read in zip(as_given, reviewed(as_given), strict=True)
    ]


def _with_reports(given: Sequence[Point]) -> tuple[Point, ...]:
    ids = {point.id for point in given}
    return (*given, *(p for p in shipped_points() if p.family == REPORTS and p.id not in ids))


def _asked(points: Sequence[Point], catalog: Catalog) -> list[tuple[Question, str]]:
    return [
        (p.question, part.name)
        for p in points
        if p.question and (part := catalog.accelerator(p.question.gpu))
    ]


def written() -> Constants:
    """The constants of the data file that is there, without its counts of rows."""
    document = json.loads(TARGET.read_text())
    kinds = ("precisions", "links", "engines", "tasks", "blend")
    devices = {
        name: {key: value for key, value in device.items() if not key.endswith("points")}
        for name, device in document["devices"].items()
    }
    return {"devices": devices, **{kind: document[kind] for kind in kinds}}


def write(
    constants: Constants, points: list[Point], catalog: Catalog, known: dict[str, Any]
) -> dict[str, Any]:
    """The data file: four digits each, classes for parts that were never measured."""
    full, levels = filled(constants, catalog)
    asked = _asked(points, catalog)
    rows = Counter(part for _, part in asked)
    serving = Counter(part for question, part in asked if engine_of(question) in SERVING)
    return {
        "_comment": "Written by speed_fit/fit.py; see speed_fit/README.md. Do not edit by hand.",
        "devices": {
            name: {**_digits(device), "points": rows[name], "serving_points": serving[name]}
            for name, device in sorted(full["devices"].items())
        },
        "classes": {name: {**_digits(level), "points": 0} for name, level in levels.items()},
        **{
            kind: {name: _digits(values) for name, values in sorted(full[kind].items())}
            for kind in ("precisions", "links", "engines")
        },
        "blend": _digit(full["blend"]),
        "tasks": _digits(dict(sorted(full["tasks"].items()))),
        "evidence": known["evidence"],
        "fitted": fitted(constants, start(points, catalog)),
    }


def _digits(values: dict[str, float]) -> dict[str, float]:
    return {name: _digit(value) for name, value in values.items()}


def _digit(value: float) -> float:
    return float(f"{value:.4g}")


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
