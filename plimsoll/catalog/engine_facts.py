"""Facts of engines differ by version and accelerator; each is a row of `catalog/data/engines.csv`."""

from functools import cache

from plimsoll.catalog.tables import engine_rows
from plimsoll.ground.start_up import record

Version = tuple[int, int]

ANY_VERSION = (0, 0)


@record
class EngineFact:
    """One row: what holds of an engine from a version on, on a product line, from a memory on.

    `accelerator` is the catalogue name up to its first dash, empty for all; `value` is text.
    """

    version_from: Version
    accelerator: str
    memory_gib_from: float
    value: str


def known(
    engine: str, fact: str, version: Version = ANY_VERSION, accelerator: str = "", memory_gib: float = 0.0
) -> str | None:
    """Look up a fact: the last row that applies, since special rows follow general ones; None without one."""
    line = accelerator.partition("-")[0]
    values = [
        row.value
        for row in _facts().get((engine, fact), ())
        if row.version_from <= version and row.accelerator in ("", line) and row.memory_gib_from <= memory_gib
    ]
    return values[-1] if values else None


def must_know(
    engine: str, fact: str, version: Version = ANY_VERSION, accelerator: str = "", memory_gib: float = 0.0
) -> str:
    """Look up a fact that has a general row."""
    value = known(engine, fact, version, accelerator, memory_gib)
    if value is None:
        msg = f"engines.csv has no general row for {fact} of {engine}"
        raise ValueError(msg)
    return value


@cache
def _facts() -> dict[tuple[str, str], list[EngineFact]]:
    facts: dict[tuple[str, str], list[EngineFact]] = {}
    for row in engine_rows():
        major, _, minor = (row["version_from"] or "0.0").partition(".")
        fact = EngineFact(
            version_from=(int(major), int(minor)),
            accelerator=row["accelerator"],
            memory_gib_from=float(row["memory_gib_from"] or 0),
            value=row["value"],
        )
        facts.setdefault((row["engine"], row["fact"]), []).append(fact)
    return facts
