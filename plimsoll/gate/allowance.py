"""An allowance stands for a cost that nobody knows: an amount that somebody answers for and budgets count."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from plimsoll.gate.case import Case
from plimsoll.gate.exemptions import Exemption
from plimsoll.gate.rules.facts import UNPRICED_COST
from plimsoll.gate.verdict import Level, Violation
from plimsoll.pricing import CannotPrice, Charge, Priced


def with_allowances(
    priced: Priced, exemptions: Sequence[Exemption], case: Case, level: Level
) -> tuple[Priced, list[Violation]]:
    """Put the allowed amount of an exemption in the place of a cost that is not known.

    An exemption of `unpriced-cost` is a number too: the resource counts with it in every budget, as if it
    had that price. Returned beside are the violations that are let through so, for the report.
    """
    ours = [e for e in exemptions if e.policy == UNPRICED_COST.name and not e.expired(case.on_date)]
    if not ours or not priced.cannot_price:
        return priced, []
    kept: list[CannotPrice] = []
    through: list[Violation] = []
    lines: dict[str, Charge] = {}
    for problem in priced.cannot_price:
        exemption = _covering(problem, ours, case, level)
        if exemption is None or exemption.allow_up_to_usd is None:
            kept.append(problem)
            continue
        through.append(_violation(problem, level, exemption.allow_up_to_usd))
        lines[problem.urn] = _line(problem.urn, exemption, exemption.allow_up_to_usd)
    refused = {problem.urn for problem in kept}
    allowed = tuple(line for urn, line in lines.items() if urn not in refused)
    # Lines that were priced beside the problem are part of what the amount stands for.
    others = tuple(line for line in priced.lines if _stays(line, lines))
    return replace(priced, lines=(*others, *allowed), cannot_price=tuple(kept)), through


def _stays(line: Charge, allowed: Mapping[str, Charge]) -> bool:
    """Tell what an amount does not stand for: a commitment is paid beside whatever has no URN."""
    return line.of != "ceiling" or line.kind == "commitment" or line.urn not in allowed


def _covering(
    problem: CannotPrice, exemptions: Sequence[Exemption], case: Case, level: Level
) -> Exemption | None:
    for exemption in exemptions:
        if exemption.allow_up_to_usd is None:
            continue
        if exemption.covers(_violation(problem, level, exemption.allow_up_to_usd), case):
            return exemption
    return None


def _violation(problem: CannotPrice, level: Level, usd: Decimal) -> Violation:
    return Violation(
        UNPRICED_COST.name, level, problem.code, problem.urn or None, problem.message, usd_per_month=usd
    )


def _line(urn: str, exemption: Exemption, usd: Decimal) -> Charge:
    source = f"exemption approved by {exemption.approved_by}"
    return Charge(urn, "allowed amount", "ceiling", Decimal(1), "month", usd, usd, source, exemption.expires)
