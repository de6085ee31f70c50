"""Golden reviews: folders of `tests/cases/reviews/` that a reviewer can read.

A folder holds `case.yaml` (what it shows, the price date), the two sides `base/` and `head/`, perhaps the
report of a check, and what Plimsoll says: `comment.md`, and `diff.txt` as a person reads it. Where the case
says so the base is not its specs but their locks, made with prices of an earlier day or by another solver;
or the only spec stands for so many, of which the first is changed.

`python -m tests.make.golden_reviews` (`make golden`) rewrites the answers.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from plimsoll.cli.review.sides import read_sides
from plimsoll.ground.units import to_cent
from plimsoll.review.comment.comment import Origin, comment
from plimsoll.review.comment.comment import Review as Told
from plimsoll.review.comment.report import read_report
from plimsoll.review.diff.shelf import Shelf
from plimsoll.review.lock.make import LockTerms, make_lock
from plimsoll.review.lock.read import lock_path
from plimsoll.review.lock.record import Lock
from plimsoll.review.lock.text import lock_text
from plimsoll.show.formats import write
from tests.make.places import CASES

FOLDER = CASES / "reviews"
ANSWERS = ("comment.md", "diff.txt")
ORIGIN = Origin("dev", "0123abc", "42", "https://github.com/acme/fleet/actions/runs/42")
NUMBER = "NN"
"""What stands in a spec for its number among many."""
MORE = Decimal("1.25")
"""Another solver counts this much more of everything."""


@dataclass(frozen=True, slots=True)
class Review:
    """One folder: its story, and how its sides are made."""

    folder: Path
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def story(self) -> str:
        return str(self.said["story"])

    def stored(self) -> dict[str, str]:
        """The answers in the folder."""
        files = (self.folder / name for name in ANSWERS)
        return {file.name: file.read_text(encoding="utf-8") for file in files if file.exists()}

    def comment(self) -> Told:
        """Hold the sides together."""
        report = self.folder / str(self.said["check"]) if "check" in self.said else None
        judged = read_report(report.read_text(encoding="utf-8"), report.name) if report else None
        shelf = Shelf(str(self.said["date"]), None, None)
        with TemporaryDirectory() as scratch:
            before, after = read_sides(self._sides(Path(scratch)), shelf)
        return comment(before, after, shelf.here, ORIGIN, judged)

    def _sides(self, scratch: Path) -> tuple[str, str]:
        base, head = self.folder / "base", self.folder / "head"
        if "copies" in self.said:
            base, head = self._copied(base, scratch / "base", 0), self._copied(head, scratch / "head", 1)
        if "lock" in self.said:
            base = self._locked(base, scratch / "locked")
        return str(base), str(head)

    def _copied(self, side: Path, to: Path, changed: int) -> Path:
        """Write the only spec of a side many times; the first `changed` of them have twice the load."""
        to.mkdir()
        (spec,) = side.glob("*.yaml")
        text = spec.read_text(encoding="utf-8")
        for number in range(1, int(self.said["copies"]) + 1):
            own = text.replace(NUMBER, f"{number:02}")
            own = own.replace("qps: 3", "qps: 6") if number <= changed else own
            (to / f"workload-{number:02}.yaml").write_text(own, encoding="utf-8")
        return to

    def _locked(self, side: Path, to: Path) -> Path:
        to.mkdir()
        for spec in side.glob("*.yaml"):
            lock = make_lock(spec, LockTerms(self.said["lock"].get("date", self.said["date"])))
            solver = self.said["lock"].get("solver", lock.tool.solver)
            if solver != lock.tool.solver:
                lock = by_another_solver(lock, solver)
            (to / lock_path(spec).name).write_text(lock_text(lock), encoding="utf-8")
        return to


def by_another_solver(lock: Lock, solver: int) -> Lock:
    """The lock that a solver had written which counts more of what a workload uses."""
    cost = dict(lock.plan["cost"])
    cost["lines"] = [_more(line) for line in cost["lines"]]
    sums: dict[str, Decimal] = dict.fromkeys(("floor", "expected", "ceiling"), Decimal(0))
    for line in cost["lines"]:
        sums[line["of"]] += Decimal(line["usd_per_month"])
    cost["usd_per_month"] = {of: f"{usd}" for of, usd in sums.items()}
    return replace(lock, tool=replace(lock.tool, solver=solver), plan={**lock.plan, "cost": cost})


def _more(line: Mapping[str, Any]) -> Mapping[str, Any]:
    if line["scope"] == "cluster":
        return line
    quantity = Decimal(line["quantity"]) * MORE
    usd = to_cent(quantity * Decimal(line["usd_per_unit"]))
    return {**line, "quantity": f"{quantity.normalize():f}", "usd_per_month": f"{usd}"}


def written(made: Told) -> dict[str, str]:
    """What Plimsoll says of a review."""
    return {"comment.md": write("comment", "md", made), "diff.txt": write("diff", "table", made.diff)}


def reviews() -> list[Review]:
    """Every case, by name."""
    files = sorted(FOLDER.glob("*/case.yaml"))
    return [Review(file.parent, yaml.safe_load(file.read_text(encoding="utf-8"))) for file in files]


def main() -> None:
    """Rewrite the answers of all cases, and say which changed."""
    for review in reviews():
        stored, answers = review.stored(), written(review.comment())
        for name, text in answers.items():
            (review.folder / name).write_text(text, encoding="utf-8")
        if stored != answers:
            sys.stdout.write(f"{review.name}: changed\n")


if __name__ == "__main__":
    main()
