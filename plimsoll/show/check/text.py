"""Write the report of a check for a terminal."""

from collections.abc import Iterator

from plimsoll.gate.proposal import proposed
from plimsoll.gate.verdict import Money, Verdict, Violation
from plimsoll.ground.units import exact_text
from plimsoll.pricing import Charge
from plimsoll.show.clock import prices_text
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, visible, wrap

_LINES = 12
"""Lines of the bill that are shown; the JSON has them all."""

_BILL = (Column(), Column(least=20), Column(right=True, least=24), Column(right=True))
_LEVELS = {"mandatory": "red", "remediate": "red", "advisory": "yellow"}


def as_text(verdict: Verdict, style: Style = PIPED) -> str:
    """Write the report for a person: verdict and money first, then what breaks, then what it rests on."""
    return "\n".join(_lines(verdict, style)) + "\n"


def headline(verdict: Verdict) -> str:
    """Say verdict and money in one sentence."""
    ceiling = verdict.usd_per_month.ceiling
    money = "ceiling not known" if ceiling is None else f"ceiling {usd(ceiling)}/month{one_run(verdict)}"
    if verdict.budget is not None:
        money += f", budget {usd(verdict.budget.usd_per_month)} on the {verdict.budget.basis}"
    blocking = [v for v in verdict.violations if v.blocks]
    if not blocking:
        return f"PASS  {money}"
    return f"VIOLATION  {money}: {', '.join(counted(blocking))}"


def one_run(verdict: Verdict) -> str:
    """Say that a run of which no month is known counts once; empty where there is none."""
    count = len(verdict.not_monthly)
    return f", {'a run' if count == 1 else f'{count} runs'} of no month counted once" if count else ""


def at_list(money: Money) -> str:
    """Say what the same costs at list prices."""
    ceiling, floor = (usd(amount, without="not known") for amount in (money.ceiling, money.floor))
    return f"net of discounts; at list prices: ceiling {ceiling}/month, floor {floor}/month"


def price_text(line: Charge) -> str:
    """Write a unit price, and the list price beside it where they differ."""
    listed = line.list_usd_per_unit
    beside = "" if listed is None or listed == line.usd_per_unit else f" (list ${exact_text(listed)})"
    return f"${exact_text(line.usd_per_unit)}{beside}"


def counted(violations: list[Violation]) -> list[str]:
    """Count violations by kind; over budget, not priced and crashed are three different things."""
    kinds: dict[str, int] = {}
    for violation in violations:
        kinds[violation.code] = kinds.get(violation.code, 0) + 1
    return [
        f"{count} × {code.replace('_', ' ')}" if count > 1 else code.replace("_", " ")
        for code, count in kinds.items()
    ]


def painted(head: str, style: Style, *, good: bool) -> Iterator[str]:
    """Fold the first line of a verdict, green where it is good and red where it is not."""
    for line in wrap(head, style.width, "", "  "):
        yield style.paint(line, "bold", "green" if good else "red")


def _lines(verdict: Verdict, style: Style) -> Iterator[str]:
    yield from painted(visible(headline(verdict)), style, good=verdict.verdict == "pass")
    known = _known(verdict)
    yield from wrap(f"{prices_text(verdict.clock)}; {known}", style.width, "", "  ")
    if verdict.list_usd_per_month is not None:
        yield from wrap(at_list(verdict.list_usd_per_month), style.width, "", "  ")
    for change in verdict.level_changes:
        verb = "lowered" if change.lowered else "set"
        text = f"! policy {change.policy}: level {verb} from {change.default} to {change.level} by config"
        yield from wrap(visible(text), style.width, "", "  ")
    for violation in verdict.violations:
        yield ""
        yield from _violation(violation, style)
    yield from _bill(verdict, style)
    yield from _proposal(verdict, style)
    yield ""
    for line in _footer(verdict):
        yield from wrap(visible(line), style.width, "", "  ")


def _known(verdict: Verdict) -> str:
    """Say the floor, or how much is known where something has no price."""
    floor, known = verdict.usd_per_month.floor, verdict.at_least
    if floor is not None and verdict.usd_per_month.ceiling is not None:
        return f"floor {usd(floor)}/month"
    least = f"at least {usd(known.floor)} to {usd(known.ceiling)}/month is known"
    return least if floor is None else f"floor {usd(floor)}/month; {least}"


def _violation(violation: Violation, style: Style) -> Iterator[str]:
    level = style.paint(violation.level.upper(), "bold", _LEVELS[violation.level])
    yield f"{level}  {visible(violation.policy)}  {violation.code}"
    if violation.urn:
        yield from wrap(visible(f"at {violation.urn}"), style.width, "  ", "     ")
    for line in (violation.story or violation.message).split("\n"):
        inner = "  " if line.startswith("  ") else ""
        yield from wrap(visible(line), style.width, f"  {inner}", f"    {inner}") or [""]


def _proposal(verdict: Verdict, style: Style) -> Iterator[str]:
    """Quote the exemption that would let it through, unfolded: it is made to be copied."""
    records = proposed(verdict)
    if records:
        yield ""
        yield style.paint("If somebody answers for it, --exemptions FILE with this lets it through:", "bold")
        yield from (visible(line) for line in records)


def _bill(verdict: Verdict, style: Style) -> Iterator[str]:
    lines = [line for line in verdict.lines if line.of == "ceiling"]
    if not lines:
        return
    yield ""
    yield style.paint("What it can cost at most, USD per month (730 hours):", "bold")
    lines.sort(key=lambda line: (-line.usd_per_month, line.urn, line.item))
    rows = [_bill_row(line) for line in lines[:_LINES]]
    yield from Table(_BILL, rows, named=2).lines(style.width)
    if len(lines) > _LINES:
        yield f"  and {len(lines) - _LINES} smaller lines (--format json shows all)"


def _bill_row(line: Charge) -> tuple[str, ...]:
    inferred = "inferred " if line.inferred else ""
    sums = f"{exact_text(line.quantity)} {line.unit} × {inferred}{price_text(line)}"
    return visible(line.urn.rpartition("::")[2]), visible(line.item), visible(sums), usd(line.usd_per_month)


def tally(verdict: Verdict) -> str:
    """Count the resources of each answer; every resource that is created is in exactly one."""
    refused = {problem.urn for problem in verdict.cannot_price}
    priced = {line.urn for line in verdict.lines if line.urn} - refused
    return (
        f"{len(priced)} resources priced, {len(verdict.free)} free, {len(verdict.by_use)} billed by use, "
        f"{len(verdict.covered_by_pools)} covered by pools, {len(refused)} without a price, "
        f"{len(verdict.external)} only read"
    )


def _by_use(verdict: Verdict) -> str:
    """Name the types that bill by use, how many there are of each, and what they bill."""
    kinds: dict[tuple[str, str], int] = {}
    for each in verdict.by_use:
        if each.allowance is not None:
            continue
        key = each.type.rpartition(":")[2], each.bills
        kinds[key] = kinds.get(key, 0) + 1
    return "; ".join(f"{count} {kind} ({bills})" for (kind, bills), count in sorted(kinds.items()))


def _footer(verdict: Verdict) -> Iterator[str]:
    yield tally(verdict)
    named = _by_use(verdict)
    if named:
        yield f"billed by use, in no total: {named}"
    if verdict.prices is not None:
        yield f"prices of {verdict.prices}"
    for use in verdict.exemptions_used:
        who = f"owner {use.owner}, approved by {use.approved_by}"
        yield f"exemption used: {use.policy} until {use.expires}, {who}: {use.reason}"
    for use in verdict.exemptions_unused:
        yield f"exemption unused: {use.policy} until {use.expires}, owner {use.owner}; is it still needed?"
    if verdict.not_applicable:
        yield "not applicable: " + "; ".join(f"{s.policy} ({s.reason})" for s in verdict.not_applicable)
    alone = [f"{name}: its plan says no runs_per_month, one run is counted" for name in verdict.not_monthly]
    notes = dict.fromkeys([*alone, *verdict.notes, *(line.note for line in verdict.lines if line.note)])
    for note in notes:
        yield f"note: {note}"
