"""Golden cases: folders of `tests/cases/plans/` that a reviewer can read.

A folder holds `case.yaml` (what it shows, the price date, the families of the catalogue it may see),
`spec.yaml` (and `spec-2.yaml` … where several workloads share a cluster), and what Plimsoll answers:
`plan.txt` as a person reads it (110 columns), `plan.json`, the candidates of that document as a table
`candidates.tsv` (`candidates-2.tsv` … of a second plan), and `plan.md` where it exists already.
The price date is fixed, so that prices appended later change nothing here.

`python -m tests.make.golden_plans` (`make golden`) rewrites the answers and says what changed.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.tables import load
from plimsoll.cli.plan import plan_all
from plimsoll.money.cluster import SYSTEM_NODES
from plimsoll.show.formats import write
from plimsoll.show.plan.answer import planned
from tests.make.candidate_table import DOCUMENT, split
from tests.make.places import CASES

FOLDER = CASES / "plans"
ANSWERS = (DOCUMENT, "candidates*.tsv", "plan.txt", "plan.md")
ORDER = ("REGRESSION", "PLAN AGAIN", "NEW", "DEARER", "CHEAPER", "SAME COST", "TEXT ONLY")
"""Classes of a change, what needs most care first."""


@dataclass(frozen=True, slots=True)
class Case:
    """One folder: its story, its price date and the families it sees (empty = the whole catalogue)."""

    folder: Path
    story: str
    on: str
    families: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def specs(self) -> list[str]:
        return [str(path) for path in sorted(self.folder.glob("spec*.yaml"))]

    def stored(self) -> dict[str, str]:
        """The answers in the folder."""
        files = (file for pattern in ANSWERS for file in sorted(self.folder.glob(pattern)))
        return {file.name: file.read_text(encoding="utf-8") for file in files}

    def answers(self) -> dict[str, str]:
        """What Plimsoll answers now. Markdown only where the folder asks for it with a `plan.md`."""
        catalog = self.catalog()
        answer = planned(plan_all(self.specs, catalog), catalog)
        found = split(write("plan", "json", answer))
        found["plan.txt"] = write("plan", "table", answer)
        if (self.folder / "plan.md").exists():
            found["plan.md"] = write("plan", "md", answer)
        return found

    def catalog(self) -> Catalog:
        """The catalogue at the case's date, narrowed to its families and the system nodes' type."""
        whole = _whole(self.on)
        if not self.families:
            return whole
        kept = {
            name: instance
            for name, instance in whole.instance_types.items()
            if instance.family in self.families or name == SYSTEM_NODES.instance_type
        }
        offerings = {key: offer for key, offer in whole.offerings.items() if key[0] in kept}
        return replace(whole, instance_types=kept, offerings=offerings)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one case: the numbers that a reviewer looks at first, old and new."""

    case: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """One of `ORDER`."""
        if self.old is None:
            return "NEW"
        before, after = ceiling(self.old), ceiling(self.new)
        if before is None or after is None:
            return _outcome_kind(before, after)
        if before != after:
            return "DEARER" if after > before else "CHEAPER"
        return "TEXT ONLY" if shape(self.old) == shape(self.new) else "SAME COST"

    def row(self) -> tuple[str, ...]:
        """The row of the table."""
        before = ("–", "–") if self.old is None else (_shown(ceiling(self.old)), shape(self.old))
        after = (_shown(ceiling(self.new)), shape(self.new))
        money, replicas = (
            new if old == new else f"{old} → {new}" for old, new in zip(before, after, strict=True)
        )
        return (self.case, money, replicas, self.kind)


def cases() -> list[Case]:
    """Every case, by name."""
    return [_case(file.parent) for file in sorted(FOLDER.glob("*/case.yaml"))]


def table(changes: Sequence[Change]) -> str:
    """The changes for a person: case, ceiling, replicas, class; what needs most care first."""
    ordered = sorted(changes, key=lambda change: (ORDER.index(change.kind), change.case))
    rows = [("case", "ceiling", "replicas", "class"), *(change.row() for change in ordered)]
    widths = [max(len(row[index]) for row in rows) for index in range(4)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def change_of(case: Case, stored: Mapping[str, str], answers: Mapping[str, str]) -> Change:
    """Compare the stored answers with the new ones."""
    old = json.loads(stored[DOCUMENT]) if DOCUMENT in stored else None
    return Change(case.name, old, json.loads(answers[DOCUMENT]))


def ceiling(document: Mapping[str, Any]) -> float | None:
    """The ceiling of a month, or of a run without one, or of a total; None if any is refused."""
    plans = document.get("plans", [document])
    if not all(plan.get("outcome") == "plan" for plan in plans):
        return None
    money = document.get("total") or document["cost"]
    return float((money["usd_per_month"] or money["usd_per_run"])["ceiling"])


def shape(document: Mapping[str, Any]) -> str:
    """Replicas and instance types of the plans, or what binds in a refusal."""
    return " + ".join(_one_shape(plan) for plan in document.get("plans", [document]))


def _one_shape(plan: Mapping[str, Any]) -> str:
    chosen, refusal = plan.get("chosen"), plan.get("refusal")
    if chosen and chosen.get("nodes"):
        return f"{chosen['nodes']} × {chosen['instance_type']}"
    if chosen:
        replicas = chosen["replicas"]
        return f"{replicas['min']}/{replicas['peak']}/{replicas['max']} on {chosen['instance_type']}"
    return "refused: " + ",".join(refusal["binding"]) if refusal else "–"


def _outcome_kind(before: float | None, after: float | None) -> str:
    if before is None and after is None:
        return "TEXT ONLY"
    return "REGRESSION" if after is None else "PLAN AGAIN"


def _shown(amount: float | None) -> str:
    return "refused" if amount is None else f"{amount:,.2f}"


def _case(folder: Path) -> Case:
    data = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    return Case(folder, data["story"], data["date"], tuple(data.get("families", ())))


@cache
def _whole(on: str) -> Catalog:
    return load(on)


def main() -> int:
    """Rewrite every answer; print what changed."""
    changes: list[Change] = []
    for case in cases():
        stored, answers = case.stored(), case.answers()
        for name in stored.keys() - answers.keys():
            (case.folder / name).unlink()
        for name, text in answers.items():
            (case.folder / name).write_text(text, encoding="utf-8")
        if stored != answers:
            changes.append(change_of(case, stored, answers))
    print(table(changes) if changes else f"{len(cases())} golden cases, nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
