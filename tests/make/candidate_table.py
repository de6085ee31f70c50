"""A plan document in two files: the document as JSON, its candidates as a table, a line each.

Nothing is lost: `joined` gives back the document that `split` took apart, byte for byte.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

DOCUMENT, TABLE = "plan.json", "candidates.tsv"
COLUMNS = (
    *("id", "verdict", "replicas", "latency", "usd_per_month_expected", "usd_per_month_ceiling"),
    *("usd_per_million_output_tokens", "dominated_by", "reasons"),
)
OF_RUNS = (
    *("id", "verdict", "nodes", "run_h", "usd_per_run_expected", "usd_per_run_ceiling"),
    *("usd_per_month_expected", "usd_per_month_ceiling", "dominated_by", "reasons"),
)
"""The columns of a service's candidates, and of a run's: what is in neither is null."""
REASON = ("code", "limit", "value", "unit", "message")
FIELDS = (
    "id", "instance_type", "region", "tensor_parallel", "precision", "capacity", "verdict",
    "replicas", "latency", "usd_per_month_expected", "usd_per_month_ceiling",
    "usd_per_million_output_tokens", "dominated_by", "reasons",
    "usd_per_run_expected", "usd_per_run_ceiling", "share", "nodes", "run_h", "variant",
)  # fmt: skip
"""Of a candidate in a document, in their order; those that the table lacks are parts of the id."""
PRECISION = r"(?:bf|fp|nf|int)\d+"
COUNTS, ESTIMATE = ("min", "peak", "max"), ("estimate", "low", "high")
BETWEEN = " | "


def split(text: str) -> dict[str, str]:
    """Take the candidates out of a document, by file: a table for each plan in it."""
    document = json.loads(text)
    tables: dict[str, str] = {}
    for number, plan in enumerate(_plans(document), 1):
        name = table_name(number)
        tables[name] = _table(plan["candidates"])
        plan["candidates"] = name
    files = {DOCUMENT: _dumped(document), **tables}
    assert joined(files) == text, "the table would lose something of the document"
    return files


def joined(files: Mapping[str, str]) -> str:
    """Put the candidates back: the text of the document."""
    document = json.loads(files[DOCUMENT])
    for plan in _plans(document):
        plan["candidates"] = rows(files[plan["candidates"]])
    return _dumped(document)


def table_name(number: int) -> str:
    """The file of the candidates of the first, second … plan."""
    return TABLE if number == 1 else f"candidates-{number}.tsv"


def rows(table: str) -> list[dict[str, Any]]:
    """The candidates of a table, as documents have them."""
    head, *lines = table.splitlines()
    columns = tuple(head.split("\t"))
    assert columns in (COLUMNS, OF_RUNS)
    return [_row(columns, line.split("\t")) for line in lines]


def _plans(document: dict[str, Any]) -> Sequence[dict[str, Any]]:
    return document.get("plans", [document])


def _dumped(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _table(candidates: Iterable[Mapping[str, Any]]) -> str:
    rows = list(candidates)
    columns = OF_RUNS if any(row["usd_per_run_expected"] or row["nodes"] for row in rows) else COLUMNS
    lines = ["\t".join(columns)]
    for row in rows:
        reasons = BETWEEN.join(_reason(reason) for reason in row["reasons"])
        shown = {**row, "replicas": _counts(row["replicas"]), "latency": _latency(row["latency"])}
        shown |= {"run_h": _latency({"run_h": row["run_h"]} if row["run_h"] else None)}
        lines.append("\t".join([*(str(shown[column] or "") for column in columns[:-1]), reasons]))
    return "\n".join(lines) + "\n"


def _counts(replicas: Mapping[str, int] | None) -> str:
    """Replica counts as `1/4/4`: fewest, at the peak, most."""
    return "/".join(str(replicas[name]) for name in COUNTS) if replicas else ""


def _latency(latency: Mapping[str, Mapping[str, float]] | None) -> str:
    """Latencies as `ttft_p95_ms [301.2, 250.0, 390.1]`: estimate, low, high."""
    if latency is None:
        return ""
    return BETWEEN.join(
        f"{key} {json.dumps([each[name] for name in ESTIMATE])}" for key, each in latency.items()
    )


def _reason(reason: Mapping[str, Any]) -> str:
    numbers = json.dumps([reason["limit"], reason["value"], reason["unit"]], ensure_ascii=False)
    return f"{reason['code']} {numbers} {reason['message']}"


def _row(columns: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    *texts, reasons = cells
    values: dict[str, Any] = dict.fromkeys(FIELDS)
    values |= {column: text or None for column, text in zip(columns[:-1], texts, strict=True)}
    if values["nodes"]:
        values["nodes"] = int(values["nodes"])
    if values["run_h"]:
        values["run_h"] = _read_latency(values["run_h"])[1]
    if counts := values["replicas"]:
        values["replicas"] = dict(zip(COUNTS, map(int, counts.split("/")), strict=True))
    if latency := values["latency"]:
        values["latency"] = dict(_read_latency(text) for text in latency.split(BETWEEN))
    values |= _parts(cells[0]) | {"reasons": [_read(reason) for reason in reasons.split(BETWEEN) if reason]}
    return {field: values[field] for field in FIELDS}


def _parts(ident: str) -> dict[str, Any]:
    """What an id is made of: REGION/TYPE/nN/tpN/PRECISION/VARIANT/CAPACITY, the middle where known."""
    region, instance_type, *middle, capacity = ident.split("/")
    width = next((part[2:] for part in middle if re.fullmatch(r"tp\d+", part)), None)
    return {
        "region": region,
        "instance_type": instance_type,
        "tensor_parallel": int(width) if width else None,
        "precision": next((part for part in middle if re.fullmatch(PRECISION, part)), None),
        "variant": next((part for part in middle if not re.fullmatch(rf"(tp|n)\d+|{PRECISION}", part)), None),
        "capacity": capacity,
    }


def _read_latency(text: str) -> tuple[str, dict[str, float]]:
    key, _, numbers = text.partition(" ")
    return key, dict(zip(ESTIMATE, json.loads(numbers), strict=True))


def _read(text: str) -> dict[str, Any]:
    code, _, rest = text.partition(" ")
    numbers, end = json.JSONDecoder().raw_decode(rest)
    return dict(zip(REASON, (code, *numbers, rest[end + 1 :]), strict=True))
