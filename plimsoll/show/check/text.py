"""Write the report of a check for a terminal."""

import textwrap
from collections.abc import Iterator

from plimsoll.gate.verdict import Verdict, Violation
from plimsoll.ground.units import exact_text
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style, visible

_WIDTH = 100
_LINES = 12


def as_text(verdict: Verdict, _: Style = PIPED) -> str:
    """Write the report for a person: verdict and money first, then what breaks, then what it rests on."""
    return "\n".join(visible(line) for line in _lines(verdict)) + "\n"


def headline(verdict: Verdict) -> str:
    """Say verdict and money in one sentence."""
    ceiling = verdict.usd_per_month.ceiling
    money = "ceiling not known" if ceiling is None else f"ceiling {usd(ceiling)}/month"
    if verdict.budget is not None:
        money += f", budget {usd(verdict.budget.usd_per_month)} on the {verdict.budget.basis}"
    blocking = [v for v in verdict.violations if v.blocks]
    if not blocking:
        return f"PASS  {money}"
    return f"VIOLATION  {money}: {', '.join(counted(blocking))}"


def counted(violations: list[Violation]) -> list[str]:
    """Count violations by kind; over budget, not priced and crashed are three different things."""
    kinds: dict[str, int] = {}
    for violation in violations:
        kinds[violation.code] = kinds.get(violation.code, 0) + 1
    return [
        f"{count} × {code.replace('_', ' ')}" if count > 1 else code.replace("_", " ")
        for code, count in kinds.items()
    ]


def _lines(verdict: Verdict) -> Iterator[str]:
    yield headline(verdict)
    floor = verdict.usd_per_month.floor
    known = "floor not known" if floor is None else f"floor {usd(floor)}/month"
    yield f"prices of {verdict.priced_on}; {known}"
    for change in verdict.level_changes:
        verb = "lowered" if change.lowered else "set"
        yield f"! policy {change.policy}: level {verb} from {change.default} to {change.level} by config"
    for violation in verdict.violations:
        yield ""
        yield from _violation(violation)
    yield from _bill(verdict)
    yield from _footer(verdict)


def _violation(violation: Violation) -> Iterator[str]:
    yield f"{violation.level.upper()}  {violation.policy}  {violation.code}"
    if violation.urn:
        yield f"  at {violation.urn}"
    for line in (violation.story or violation.message).split("\n"):
        yield from textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="    ") or [""]


def _bill(verdict: Verdict) -> Iterator[str]:
    lines = [line for line in verdict.lines if line.of == "ceiling"]
    if not lines:
        return
    yield ""
    yield "What it can cost at most, USD per month (730 hours):"
    lines.sort(key=lambda line: (-line.usd_per_month, line.urn, line.item))
    for line in lines[:_LINES]:
        name = f"{line.urn.rpartition('::')[2]}  {line.item}"
        sums = f"{exact_text(line.quantity)} {line.unit} × ${exact_text(line.usd_per_unit)}"
        yield f"  {name[:52]:<52} {sums[:34]:>34} {usd(line.usd_per_month):>15}"
    if len(lines) > _LINES:
        yield f"  and {len(lines) - _LINES} smaller lines (--format json shows all)"


def _footer(verdict: Verdict) -> Iterator[str]:
    yield ""
    priced = len({line.urn for line in verdict.lines})
    yield (
        f"{priced} resources priced, {len(verdict.free)} free, {len(verdict.external)} only read, "
        f"{len(verdict.cannot_price)} refusals to price"
    )
    for use in verdict.exemptions_used:
        who = f"owner {use.owner}, approved by {use.approved_by}"
        yield f"exemption used: {use.policy} until {use.expires}, {who}: {use.reason}"
    for use in verdict.exemptions_unused:
        yield f"exemption unused: {use.policy} until {use.expires}, owner {use.owner}; is it still needed?"
    if verdict.not_applicable:
        yield "not applicable: " + "; ".join(f"{s.policy} ({s.reason})" for s in verdict.not_applicable)
    notes = dict.fromkeys([*verdict.notes, *(line.note for line in verdict.lines if line.note)])
    for note in notes:
        yield f"note: {note}"
