"""The report of a check, field by field as its JSON document has it: `plimsoll.dev/check/v1`."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from plimsoll.gate.verdict import Code, ExemptionUse, Level, Verdict, Violation
from plimsoll.ground.units import exact_text, usd_text
from plimsoll.pricing import PricedLine

SCHEMA = "plimsoll.dev/check/v1"


@dataclass(frozen=True, slots=True)
class Money:
    """USD per month; null where something cannot be priced or bounded."""

    floor: str | None
    ceiling: str | None


@dataclass(frozen=True, slots=True)
class BudgetUsed:
    """The budget of the whole, and the basis it is judged on."""

    usd_per_month: str
    basis: str


@dataclass(frozen=True, slots=True)
class Line:
    """Quantity × unit price of one resource, and what it counts towards."""

    urn: str
    item: str
    of: Literal["floor", "ceiling"]
    quantity: str
    unit: str
    usd_per_unit: str
    usd_per_month: str
    source: str
    as_of: str
    note: str


@dataclass(frozen=True, slots=True)
class Broken:
    """One violation. `story` is the full account, or empty."""

    policy: str
    level: Level
    code: Code
    urn: str | None
    message: str
    story: str
    usd_per_month: str | None


@dataclass(frozen=True, slots=True)
class Exempted:
    """One exemption, and the violation it let through if it was used."""

    policy: str
    urn: str | None
    message: str
    allow_up_to_usd: str | None
    owner: str
    approved_by: str
    reason: str
    expires: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One resource whose cost is not known."""

    urn: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Free:
    """One resource that costs nothing by existing, why, and what it may bill by use."""

    urn: str
    type: str
    why: str
    usage: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """One policy that had nothing to judge, and why."""

    policy: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changed:
    """One policy whose level the configuration changed."""

    policy: str
    default: Level
    level: Level
    lowered: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a graph, with everything that it rests on."""

    schema: str
    verdict: Literal["pass", "violation"]
    usd_per_month: Money
    budget: BudgetUsed | None
    priced_on: str
    judged_on: str
    region: str | None
    lines: tuple[Line, ...]
    violations: tuple[Broken, ...]
    exemptions_used: tuple[Exempted, ...]
    exemptions_unused: tuple[Exempted, ...]
    exemptions_expired: tuple[Exempted, ...]
    cannot_price: tuple[Refused, ...]
    free: tuple[Free, ...]
    external: tuple[str, ...]
    not_applicable: tuple[Skipped, ...]
    level_changes: tuple[Changed, ...]
    notes: tuple[str, ...]


def report_of(verdict: Verdict, judged_on: str, region: str | None = None) -> Report:
    """Write a verdict down as its report."""
    budget = None if verdict.budget is None else BudgetUsed(usd_text(verdict.budget), verdict.basis)
    return Report(
        schema=SCHEMA,
        verdict=verdict.verdict,
        usd_per_month=Money(_usd(verdict.floor), _usd(verdict.ceiling)),
        budget=budget,
        priced_on=verdict.priced_on,
        judged_on=judged_on,
        region=region,
        lines=tuple(map(_line, verdict.lines)),
        violations=tuple(map(_broken, verdict.violations)),
        exemptions_used=_exempted(verdict.exemptions, "used"),
        exemptions_unused=_exempted(verdict.exemptions, "unused"),
        exemptions_expired=_exempted(verdict.exemptions, "expired"),
        cannot_price=tuple(Refused(p.urn, p.code, p.message) for p in verdict.cannot_price),
        free=tuple(Free(f.urn, f.type, f.why, f.usage) for f in verdict.free),
        external=verdict.external,
        not_applicable=tuple(Skipped(s.policy, s.reason) for s in verdict.not_applicable),
        level_changes=tuple(Changed(c.policy, c.default, c.level, c.lowered) for c in verdict.level_changes),
        notes=verdict.notes,
    )


def _usd(amount: Decimal | None) -> str | None:
    return None if amount is None else usd_text(amount)


def _line(line: PricedLine) -> Line:
    return Line(
        line.urn,
        line.item,
        line.of,
        exact_text(line.quantity),
        line.unit,
        exact_text(line.usd_per_unit),
        usd_text(line.usd_per_month),
        line.source,
        line.as_of,
        line.note,
    )


def _broken(violation: Violation) -> Broken:
    return Broken(
        violation.policy,
        violation.level,
        violation.code,
        violation.urn,
        violation.message,
        violation.story,
        _usd(violation.usd_per_month),
    )


def _exempted(uses: Iterable[ExemptionUse], state: str) -> tuple[Exempted, ...]:
    return tuple(
        Exempted(
            use.policy,
            use.urn,
            use.message,
            _usd(use.allow_up_to_usd),
            use.owner,
            use.approved_by,
            use.reason,
            use.expires,
        )
        for use in uses
        if use.state == state
    )
