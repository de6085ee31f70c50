"""The parts of a report that a finance owner reads: from floor to ceiling, what a unit costs, every line."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from plimsoll.ground.units import exact_text
from plimsoll.plan.outlook.steps import Billed, BillStep, amount_of, steps_of
from plimsoll.plan.outlook.unit_cost import UnitCosts
from plimsoll.plan.plan import Plan
from plimsoll.show.money import usd
from plimsoll.show.plan.asides import shared_text
from plimsoll.show.report.part import ReportPart
from plimsoll.show.report.sheet import Sheet, sheet
from plimsoll.show.report.waterfall import waterfall

BASES = {
    "floor": "the month without any traffic",
    "expected": "the month with the load as described",
    "ceiling": "the most that the created resources can cost in a month",
}
"""What each of the three numbers is."""

_STEPS = """The floor is what is paid without traffic, the ceiling the most that what is created can cost:
every pool at its limit, on demand. Each step is the sum of lines printed below, to the cent. A pool admits
one instance type, so that no dearer one can be bought in its place."""
_UNITS = """Named as OpenCost names them (cost_basis of llm_cost_per_million_tokens): by allocation all that
is expected to be paid is spread over what is served, idle hours and spares included; by usage only the share
that is in use. Compare a price per token that somebody offers with allocation."""


def from_floor_to_ceiling(place: str, plan: Plan) -> ReportPart:
    """Show the steps of the bill, and the lines that each is the sum of."""
    return steps_part(place, steps_of(plan), _STEPS, "a month")


def steps_part(place: str, steps: Sequence[BillStep], said: str, every: str) -> ReportPart:
    """Show steps of a bill of a month or a run, with what they are in words."""
    told = ", ".join(f"{step.title} {signed(step)}" for step in steps)
    return ReportPart(
        id=f"{place}-steps",
        heading="From floor to ceiling",
        said=(said,),
        picture=waterfall(f"{place}-waterfall", steps, told),
        folded=(_steps(steps, every),),
        fold="The steps, and the lines that they are made of",
    )


def signed(step: BillStep) -> str:
    """Write a total as it is, and a step with its sign."""
    if step.total:
        return usd(step.usd)
    return f"{'+' if step.usd >= 0 else '−'}{usd(abs(step.usd))}"


def _steps(steps: Sequence[BillStep], every: str) -> Sheet:
    rows: list[tuple[str, str, str]] = []
    for step in steps:
        rows.append((step.title, "the sum of its lines" if step.total else "", signed(step)))
        if not step.total:
            rows += [("", f"+ {line.item}", usd(amount_of(line))) for line in step.added]
            rows += [("", f"− {line.item}", f"−{usd(amount_of(line))}") for line in step.gone]
    return sheet(f"Steps from floor to ceiling, USD {every}", ("step", "line", f">USD {every}"), rows)


def unit_part(place: str, found: UnitCosts | None) -> ReportPart | None:
    """Show what a unit of work costs, by allocation and by usage."""
    if found is None:
        return None
    rows = [(each.unit, _small(each.allocation), _small(each.usage)) for each in found.costs]
    heads = ("USD per", ">allocation: as planned", ">usage: at full use")
    return ReportPart(
        id=f"{place}-units",
        heading="What a unit costs",
        said=(_UNITS, f"{found.utilisation * 100:.0f} % of what the running replicas may carry is in use."),
        open_sheets=(sheet("Cost of a unit of work, USD", heads, rows),),
    )


def _small(amount: Decimal) -> str:
    """Write a unit cost: to the cent from a dollar up, finer below."""
    if amount >= 1:
        return usd(amount)
    return f"${amount:.4f}" if amount >= Decimal("0.01") else f"${amount:.6f}"


def lines_part(place: str, plan: Plan) -> ReportPart:
    """Show every line of the three numbers, with its price, where that is from, and its date."""
    return ReportPart(
        id=f"{place}-lines",
        heading="Every line, with price, source and date",
        said=(shared_text(plan) + ".",),
        open_sheets=tuple(
            lines_sheet(
                [line for line in plan.cost.lines if line.of == of],
                f"{of.capitalize()}: {BASES[of]}",
                getattr(plan.cost.usd_per_month, of),
                "a month",
            )
            for of in BASES
        ),
    )


def lines_sheet(lines: Sequence[Billed], caption: str, total: str, every: str) -> Sheet:
    """Lay out lines of a bill with their sum."""
    listed = any(line.list_usd_per_unit is not None for line in lines)
    heads = [
        "item",
        ">quantity",
        "unit",
        ">USD per unit",
        *([">list"] if listed else []),
        f">USD {every}",
        "source, date",
    ]
    sums = ["sum", *[""] * (len(heads) - 3), usd(total), ""]
    rows = [tuple(_line(line, listed=listed)) for line in lines]
    return sheet(caption, heads, rows, [sums])


def _line(line: Billed, *, listed: bool) -> Iterator[str]:
    yield line.item
    yield f"{Decimal(line.quantity).normalize():,f}"
    yield line.unit
    yield f"inferred {line.usd_per_unit}" if line.inferred else exact_text(Decimal(line.usd_per_unit))
    if listed:
        yield line.list_usd_per_unit or "–"
    yield usd(amount_of(line))
    yield f"{line.source}, {line.as_of}" + (f" ({line.inferred})" if line.inferred else "")
