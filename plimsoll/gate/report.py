"""The report of a check, field by field as its JSON document has it: `plimsoll.dev/check/v1`."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from plimsoll.gate.verdict import Code, ExemptionUse, Level, Verdict, Violation
from plimsoll.ground import meaning
from plimsoll.ground.units import exact_text, usd_text
from plimsoll.pricing import PricedLine

SCHEMA = "plimsoll.dev/check/v1"


@dataclass(frozen=True, slots=True)
class Money:
    """USD per month; null where something cannot be priced or bounded."""

    floor: Annotated[
        str | None, "With no traffic; null if something cannot be priced. " + meaning.USD_PER_MONTH
    ]
    ceiling: Annotated[
        str | None,
        "The most it can cost; null if something cannot be priced or has no bound. " + meaning.USD_PER_MONTH,
    ]


@dataclass(frozen=True, slots=True)
class BudgetUsed:
    """The budget of the whole, and the basis it is judged on."""

    usd_per_month: Annotated[str, meaning.USD_PER_MONTH]
    basis: Annotated[str, "Which number the budget limits."]


@dataclass(frozen=True, slots=True)
class Line:
    """Quantity × unit price of one resource, and what it counts towards."""

    urn: Annotated[str, meaning.URN]
    item: Annotated[str, "What is billed."]
    of: Annotated[Literal["floor", "ceiling"], "The number that this line counts towards."]
    quantity: Annotated[str, "Billed units in a month."]
    unit: Annotated[str, "Unit of the quantity."]
    usd_per_unit: Annotated[str, "Unit price with all decimals of its source."]
    usd_per_month: Annotated[str, "Quantity × unit price, to the cent."]
    source: Annotated[str, "Where the price comes from."]
    as_of: Annotated[str, "Date of the price."]
    note: Annotated[str, "What the quantity rests on."]


@dataclass(frozen=True, slots=True)
class Broken:
    """One violation. `story` is the full account, or empty."""

    policy: Annotated[str, "Policy."]
    level: Annotated[Level, "advisory, mandatory or remediate."]
    code: Annotated[Code, "Stable code of the violation."]
    urn: Annotated[str | None, meaning.URN + " Null for the stack as a whole."]
    message: Annotated[str, "What is wrong, in words."]
    story: Annotated[str, "How it comes about."]
    usd_per_month: Annotated[
        str | None, "The amount in question; null if there is none. " + meaning.USD_PER_MONTH
    ]


@dataclass(frozen=True, slots=True)
class Exempted:
    """One exemption, and the violation it let through if it was used."""

    policy: Annotated[str, "Policy."]
    urn: Annotated[str | None, meaning.URN]
    message: Annotated[str, "The violation."]
    allow_up_to_usd: Annotated[str | None, "Most it may cost a month; null without such a bound."]
    owner: Annotated[str, "Who asked for it."]
    approved_by: Annotated[str, "Who approved it."]
    reason: Annotated[str, "Why."]
    expires: Annotated[str, "Last day it holds."]


@dataclass(frozen=True, slots=True)
class Refused:
    """One resource whose cost is not known."""

    urn: Annotated[str, meaning.URN]
    code: Annotated[str, "Violation code."]
    message: Annotated[str, "Why it cannot be priced."]


@dataclass(frozen=True, slots=True)
class Free:
    """One resource that costs nothing by existing, why, and what it may bill by use."""

    urn: Annotated[str, meaning.URN]
    type: Annotated[str, "Pulumi type token."]
    why: Annotated[str, "Why it costs nothing by existing."]
    usage: Annotated[str, "What it may bill by use."]


@dataclass(frozen=True, slots=True)
class Skipped:
    """One policy that had nothing to judge, and why."""

    policy: Annotated[str, "Policy."]
    reason: Annotated[str, "Why it had nothing to judge."]


@dataclass(frozen=True, slots=True)
class Changed:
    """One policy whose level the configuration changed."""

    policy: Annotated[str, "Policy."]
    default: Annotated[Level, "Level it has by default."]
    level: Annotated[Level, "Level it was given."]
    lowered: Annotated[bool, "Whether that is weaker."]


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict on a graph, with everything that it rests on."""

    schema: Annotated[str, meaning.SCHEMA]
    verdict: Annotated[Literal["pass", "violation"], "pass or violation."]
    usd_per_month: Annotated[Money, "What the graph can cost."]
    budget: Annotated[BudgetUsed | None, "The budget it was held against; null without one."]
    priced_on: Annotated[str, "Date of the prices."]
    judged_on: Annotated[str, "Date of the judgement."]
    region: Annotated[str | None, "Region taken where the input does not say; null if none was given."]
    lines: Annotated[tuple[Line, ...], "The bill."]
    violations: Annotated[tuple[Broken, ...], "Every violation."]
    exemptions_used: Annotated[tuple[Exempted, ...], "Exemptions that let something through."]
    exemptions_unused: Annotated[tuple[Exempted, ...], "Exemptions that nothing needed."]
    exemptions_expired: Annotated[tuple[Exempted, ...], "Exemptions past their date."]
    cannot_price: Annotated[tuple[Refused, ...], "Resources whose cost is not known."]
    free: Annotated[tuple[Free, ...], "Resources that cost nothing by existing."]
    external: Annotated[tuple[str, ...], "Resources that are only read: listed, not counted."]
    not_applicable: Annotated[tuple[Skipped, ...], "Policies that had nothing to judge."]
    level_changes: Annotated[tuple[Changed, ...], "Policies whose level the configuration changed."]
    notes: Annotated[tuple[str, ...], "What else a reader should know."]


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
