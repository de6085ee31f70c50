"""A calibration is written as YAML for plans, as CSV for points files, and as a table for people."""

from collections.abc import Iterator

from plimsoll.calibration.document import CalibrationDocument, CalibrationRow, MeasuredBlock
from plimsoll.ground.canonical import canonical
from plimsoll.ground.units import figure
from plimsoll.loadtest.points import COLUMNS
from plimsoll.text.documents import yaml_text

_HEAD = "# Written by 'plimsoll calibrate'; used by 'plimsoll plan --calibration FILE'.\n"


def as_yaml(document: CalibrationDocument) -> str:
    """Write the file that plans read."""
    return _HEAD + yaml_text(canonical(document))


def as_csv(document: CalibrationDocument) -> str:
    """Write the runs as rows of a points file."""
    rows = [COLUMNS, *([point[column] for column in COLUMNS] for point in document.points)]
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def _cell(text: str) -> str:
    """Quote what would be read as two cells."""
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


def as_text(document: CalibrationDocument, file: object) -> str:
    """Say what was measured beside what was predicted, and how it is used."""
    return "\n".join([*_lines(document, str(file)), ""])


def _lines(document: CalibrationDocument, file: str) -> Iterator[str]:
    for row in document.calibrations:
        yield from _of_setup(row)
        yield ""
        yield f"use it: plimsoll plan SPEC --calibration {file}"
    if document.measured is not None:
        yield from _of_service(document.measured)


def _of_setup(row: CalibrationRow) -> Iterator[str]:
    served = f"{row.engine} {row.engine_version}, {row.precision}"
    yield f"CALIBRATION  {row.model} on {row.tensor_parallel} × {row.accelerator}, {served}"
    day = f"run of {row.ran_on}, expires {row.expires}" if row.ran_on else "nobody says when it ran"
    yield f"{day}, or with another version of {row.engine}"
    yield ""
    yield f"  {'':<14}{'predicted':>12}{'measured':>12}{'factor':>9}   repeats within"
    for key, each in row.factors.items():
        unit = "req/s" if key == "qps" else "ms"
        name = "full rate" if key == "qps" else key.removesuffix("_ms").replace("_", " ")
        predicted, measured = f"{figure(each.predicted)} {unit}", f"{figure(each.measured)} {unit}"
        within = f"{each.low:.2f} to {each.high:.2f}"
        yield f"  {name:<14}{predicted:>12}{measured:>12}{each.factor:>9.3f}   {within}"
    yield ""
    for run in row.runs:
        achieved = f"{figure(run.qps)} req/s achieved"
        yield f"  {run.file}: {run.tool}, {run.asked}, {achieved}; used for {run.used_for}"


def _of_service(block: MeasuredBlock) -> Iterator[str]:
    given = {key: value for key, value in canonical(block).items() if value is not None}
    whose = f"in place of variant {block.variant}" if block.variant else "into the spec"
    yield f"MEASURED  the highest rate whose latency held the sla; put this {whose}:"
    yield ""
    yield yaml_text({"measured": given}).rstrip()
