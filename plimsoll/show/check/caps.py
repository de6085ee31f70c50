"""Write what caps permit, for a terminal and for a page."""

from collections.abc import Iterable, Iterator

from plimsoll.gate.caps.permit import LayerPermit, Permit
from plimsoll.ground.units import exact_text
from plimsoll.show.check.text import painted
from plimsoll.show.clock import prices_text
from plimsoll.show.markdown import code_block
from plimsoll.show.money import usd
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style, visible, wrap

_LAYERS = (Column(least=24), Column(right=True))


def as_text(permit: Permit, style: Style = PIPED) -> str:
    """Write for a person: the amount and the claims first, then what bounds it."""
    amount = permit.usd_per_month
    head = "PASS" if permit.verdict == "pass" else "VIOLATION"
    known = "no bound on what may be spent" if amount is None else f"{usd(amount)}/month at most"
    lines = [
        *painted(f"{head}  the caps permit {known}", style, good=permit.verdict == "pass"),
        *_folded(_basis(permit), style),
        "",
        "What each layer of caps permits without the others, USD per month (730 hours):",
        *Table(_LAYERS, [_layer(each) for each in permit.layers]).lines(style.width),
        "",
        "The caps:",
        *_folded(_caps(permit), style, "  "),
        *_folded((f"note: {note}" for note in permit.notes), style),
    ]
    return "\n".join(lines) + "\n"


def as_markdown(permit: Permit, style: Style = PIPED) -> str:
    """Write the same for a page, as it stands in a terminal."""
    return code_block(as_text(permit, style))


def _folded(lines: Iterable[str], style: Style, indent: str = "") -> Iterator[str]:
    for line in lines:
        yield from wrap(visible(line), style.width, indent, f"{indent}  ")


def _basis(permit: Permit) -> Iterator[str]:
    """Tell what the amount stands on, and what it is held against."""
    where = f"; region {permit.region}" if permit.region else "; no one region: see the notes"
    yield f"{prices_text(permit.clock)}{where}"
    yield from _claims(permit)
    if permit.trusts:
        yield f"taken at its word: what the expressions of {', '.join(permit.trusts)} say of pods"
    yield from (f"stale_prices: {message}" for message in permit.stale_prices)
    for problem in permit.unbounded:
        yield f"not bounded: {problem.message}" + (f" at {problem.urn}" if problem.urn else "")


def _layer(each: LayerPermit) -> tuple[str, str]:
    return visible(each.layer), usd(each.usd_per_month, without="no bound")


def _caps(permit: Permit) -> Iterator[str]:
    for cap in permit.caps:
        unit = f" {cap.unit}" if cap.unit else ""
        yield f"{cap.object} {cap.path} = {exact_text(cap.value)}{unit}"


def _claims(permit: Permit) -> Iterator[str]:
    """Hold the amount against each claim."""
    if not permit.claims:
        yield "nothing to hold it against: give a plan beside it, or --budget"
    for claim in permit.claims:
        says = f"the {claim.by} says {usd(claim.usd_per_month)}"
        if permit.usd_per_month is None:
            yield f"{says}: not shown to hold"
        elif permit.usd_per_month > claim.usd_per_month:
            yield f"{says}: exceeded by {usd(permit.usd_per_month - claim.usd_per_month)}"
        else:
            yield f"{says}: holds"
