"""A question asks a plan why it did not take something: a type, a family, an accelerator, a way of buying."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from plimsoll.candidates.nearest import nearest
from plimsoll.candidates.row import CandidateRow, Verdict
from plimsoll.catalog.facts import Catalog
from plimsoll.catalog.offers import matching_accelerators
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.plan.plan import Plan, Refusal

if TYPE_CHECKING:  # start-up: a service has no run
    from plimsoll.plan.runs.plan import RunAnswer

Kind = Literal["instance_type", "family", "accelerator", "capacity"]

NOT_TRIED = "not_tried"
"""The verdict on what has no candidate."""

_CAPACITIES = {"spot": "spot", **dict.fromkeys(("on-demand", "ondemand"), "on-demand")}
_LONGEST = 64
"""Characters of a word that are compared with names."""


@record
class Subject:
    """A word that a person typed, what it means, and the instance types that it covers."""

    what: str
    kind: Kind
    name: str
    instance_types: tuple[str, ...]

    def covers(self, row: CandidateRow) -> bool:
        """Say whether a candidate is one of those that are asked about."""
        if self.kind == "capacity":
            return row.capacity == self.name
        return row.instance_type in self.instance_types


@record
class Outcome:
    """What became of a subject: its candidates, and the one that comes nearest; or why it has none."""

    subject: Subject
    rows: tuple[CandidateRow, ...]
    best: CandidateRow | None
    why_not_tried: str

    @property
    def verdict(self) -> Verdict | Literal["not_tried"]:
        """The verdict of the candidate that comes nearest."""
        return self.best.verdict if self.best is not None else NOT_TRIED


def subjects(words: Sequence[str], catalog: Catalog) -> list[Subject]:
    """Understand each word: exactly as it is written first, then whatever its case and its maker.

    Raises:
        SpecError: with every word that means nothing, and the nearest name of each kind.
    """
    found = {word: _subject(word, catalog) for word in words}
    unknown = [_unknown(word, catalog) for word, subject in found.items() if subject is None]
    if unknown:
        raise SpecError(unknown)
    return [subject for subject in found.values() if subject is not None]


def outcome(answer: "Plan | Refusal | RunAnswer", subject: Subject, catalog: Catalog) -> Outcome:
    """Find what became of a subject in a plan or a refusal."""
    rows = tuple(row for row in answer.candidates if subject.covers(row))
    if rows:
        return Outcome(subject, rows, nearest(rows), "")
    return Outcome(subject, (), None, _not_tried(answer, subject, catalog))


def _subject(word: str, catalog: Catalog) -> Subject | None:
    low = word.strip().lower()
    bought = _CAPACITIES.get("-".join(low.replace("_", " ").split()))
    if bought is not None:
        return Subject(word, "capacity", bought, ())
    if low in catalog.instance_types:
        return Subject(word, "instance_type", low, (low,))
    of_family = _of_family(low, catalog)
    if of_family and word not in catalog.accelerators:  # T4G is an accelerator, t4g a family
        return Subject(word, "family", low, of_family)
    carried = matching_accelerators(catalog, word.strip())
    if not carried:
        return None
    types = (name for name in catalog.planned if catalog.instance_types[name].accelerator in carried)
    return Subject(word, "accelerator", ", ".join(carried), tuple(sorted(types)))


def _of_family(family: str, catalog: Catalog) -> tuple[str, ...]:
    """The types of a family that plans choose from; those that are priced alone where there are none."""
    for names in (catalog.planned, catalog.instance_types):
        if found := tuple(sorted(name for name in names if name.startswith(f"{family}."))):
            return found
    return ()


def _not_tried(answer: "Plan | Refusal | RunAnswer", subject: Subject, catalog: Catalog) -> str:
    if not subject.instance_types and subject.kind == "accelerator":
        return f"No instance type of the catalogue carries {subject.name}, so there was nothing to try."
    if not set(subject.instance_types) & set(catalog.planned):
        return f"{subject.name} has a price here, for graphs that use it, and is none that plans choose from."
    carried = {catalog.instance_types[name].accelerator or "" for name in subject.instance_types}
    has = f"carries {', '.join(sorted(carried))}" if all(carried) else "has no accelerator"
    needs = "an accelerator" if answer.traits.on_accelerators else "CPU only"
    return f"{subject.name} {has}, and this workload runs on {needs}, so it was not a candidate."


def _unknown(word: str, catalog: Catalog) -> Problem:
    what = f"nothing to rent is called {word[:_LONGEST]!r}"
    why = "what can be asked about is an instance type, a family, an accelerator, spot or on-demand"
    fix = _meant_otherwise(word, catalog) or _nearest_of_each_kind(word, catalog)
    return Problem(what, why, fix or "'plimsoll offers' lists what there is", "WHAT")


def _meant_otherwise(word: str, catalog: Catalog) -> str:
    """What else a person asks about is a change of the spec."""
    low = word.strip().lower()
    if low in catalog.regions:
        return f"for the plan there: --region {low}"
    if low in ("bf16", "fp16", "fp8", "int8", "int4", "fp4"):
        return f"for the plan in it: --set precision={low}"
    return f"for the plan of that model: --set model={low}" if catalog.model(low) is not None else ""


def _nearest_of_each_kind(word: str, catalog: Catalog) -> str:
    near = [f"{kind} {name!r}" for kind, name in _near(word.strip().lower()[:_LONGEST], catalog)]
    return f"did you mean {', '.join(near)}?" if near else ""


def _near(word: str, catalog: Catalog) -> Iterator[tuple[str, str]]:
    from plimsoll.ground.nearness import nearest_name

    rented = {name: name.partition("-")[0] for name, each in catalog.accelerators.items() if each.aws}
    kinds = {
        "instance type": list(catalog.planned),
        "family": sorted({name.partition(".")[0] for name in catalog.planned}),
        "accelerator": [*rented, *rented.values()],
        "capacity": ["spot", "on-demand"],
    }
    for kind, names in kinds.items():
        lowered = {name.lower(): name for name in names}
        if (match := nearest_name(word, list(lowered))) is not None:
            yield kind, lowered[match]
