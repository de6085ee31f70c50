"""Parquet files for tests, with the types of AWS's exports: maps of tags, timestamps, doubles."""

from pathlib import Path

import duckdb

MAPS = {"Tags", "SkuPriceDetails", "resource_tags"}


def as_parquet(csv: Path) -> Path:
    """The rows of a CSV as Parquet beside it."""
    path = csv.with_suffix(".parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        source = f"READ_CSV('{csv}', all_varchar = true, header = true)"
        names = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        selected = ", ".join(f'{_typed(name)} AS "{name}"' for name in names)
        connection.execute(f"COPY (SELECT {selected} FROM {source}) TO '{path}' (FORMAT parquet)")
    return path


def _typed(name: str) -> str:
    lower = name.lower()
    if name in MAPS:
        return f"""CASE WHEN "{name}" IS NULL THEN MAP {{}}::MAP(VARCHAR, VARCHAR)
            ELSE "{name}"::JSON::MAP(VARCHAR, VARCHAR) END"""
    if "date" in lower or "periodstart" in lower or "periodend" in lower:
        return f"""CAST(NULLIF("{name}", '')::TIMESTAMPTZ AT TIME ZONE 'UTC' AS TIMESTAMP)"""
    if lower.endswith(("cost", "quantity", "usage_amount")):
        return f"""NULLIF("{name}", '')::DOUBLE"""
    return f'"{name}"'
