"""Write what caps permit, for a terminal and for a page."""

from collections.abc import Iterator

from plimsoll.gate.caps.permit import Permit
from plimsoll.ground.units import exact_text
from plimsoll.show.money import usd
from plimsoll.show.text import PIPED, Style, visible


def as_text(permit: Permit, _: Style = PIPED) -> str:
    """Write for a person: the amount and the claims first, then what bounds it."""
    return "\n".join(visible(line) for line in _lines(permit)) + "\n"


def as_markdown(permit: Permit, style: Style = PIPED) -> str:
    """Write the same for a page, as it stands in a terminal."""
    return f"```text\n{as_text(permit, style).replace('```', '')}```\n"


def _lines(permit: Permit) -> Iterator[str]:
    amount = permit.usd_per_month
    head = "PASS" if permit.verdict == "pass" else "VIOLATION"
    known = "no bound on what may be spent" if amount is None else f"{usd(amount)}/month at most"
    yield f"{head}  the caps permit {known}"
    where = f"; region {permit.region}" if permit.region else "; no one region: see the notes"
    yield f"prices of {permit.priced_on}{where}"
    yield from _claims(permit)
    if permit.trusts:
        yield f"taken at its word: what the expressions of {', '.join(permit.trusts)} say of pods"
    yield from (f"stale_prices: {message}" for message in permit.stale_prices)
    for problem in permit.unbounded:
        yield f"not bounded: {problem.message}" + (f" at {problem.urn}" if problem.urn else "")
    yield ""
    yield "What each layer of caps permits without the others, USD per month (730 hours):"
    for each in permit.layers:
        yield f"  {each.layer:<40} {usd(each.usd_per_month, without='no bound'):>18}"
    yield ""
    yield "The caps:"
    for cap in permit.caps:
        unit = f" {cap.unit}" if cap.unit else ""
        yield f"  {cap.object} {cap.path} = {exact_text(cap.value)}{unit}"
    yield from (f"note: {note}" for note in permit.notes)


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
