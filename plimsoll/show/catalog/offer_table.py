"""The table of offers that a person reads: one line each, sources as numbered notes below."""

from plimsoll.catalog.facts import Price
from plimsoll.catalog.offers import Listed, Offered
from plimsoll.show.clock import prices_text
from plimsoll.show.money import unit_price
from plimsoll.show.table import Column, Table
from plimsoll.show.text import PIPED, Style

_COLUMNS = (
    Column("instance type"),
    Column("accelerators"),
    Column("vCPU", right=True),
    Column("GiB", right=True),
    Column("region"),
    Column("zones", right=True),
    Column("on-demand", right=True),
    Column("spot", right=True),
    Column("1-year", right=True),
    Column("notes"),
)

_FLAGS = {
    "no-discount": "spot price equals on-demand: no spot market to speak of",
    "thin-discount": "spot price hardly below on-demand",
    "floor-90pct-off": "spot price at a tenth of on-demand: new or idle capacity, expect it to rise",
    "undisclosed-cap": "spot price above any published on-demand price",
}


def table(answer: Offered, style: Style = PIPED) -> str:
    """Lay out the offers, their sources as notes below; in a pipe each is one line, however long."""
    if not answer.offers:
        return "no offers\n"
    notes: dict[str, int] = {}
    cells = [_cells(offer, notes) for offer in answer.offers]
    width = style.width if style.columns else None
    lines = Table(_COLUMNS, cells, indent="").painted(style, width)
    sources = [(str(number), text) for text, number in notes.items()]
    foot = Table((Column(right=True), Column(least=30)), sources, indent=" ").lines(width)
    head = f"USD per instance-hour, Linux, shared tenancy, {prices_text(answer.clock)}; ~ is inferred"
    return "\n".join([head, "", *lines, "", *foot]) + "\n"


def _cells(offer: Listed, notes: dict[str, int]) -> tuple[str, ...]:
    numbers = [_note(f"{source} (as of {as_of})", notes) for source, as_of in offer.sources]
    prices = offer.prices
    for kind, price in prices.items():
        if price is not None and price.inferred:
            numbers.append(_note(f"~ {kind.replace('_', '-')}: {price.inferred}", notes))
        if price is not None and price.flag:
            numbers.append(_note(_FLAGS[price.flag], notes))
    return (
        offer.type.name,
        _accelerators(offer),
        str(offer.type.vcpus),
        f"{offer.type.memory_gib:g}",
        offer.offering.region,
        str(offer.offering.zones),
        *(_usd(price) for price in prices.values()),
        " ".join(str(number) for number in sorted(set(numbers))),
    )


def _note(text: str, notes: dict[str, int]) -> int:
    return notes.setdefault(text, len(notes) + 1)


def _accelerators(offer: Listed) -> str:
    if offer.type.accelerator is None:
        return "-"
    if offer.type.accelerator_fraction < 1:
        return f"{offer.type.accelerator_fraction:g} × {offer.type.accelerator}"
    return f"{offer.type.accelerators} × {offer.type.accelerator}"


def _usd(price: Price | None) -> str:
    return unit_price(price and price.usd, inferred=bool(price and price.inferred))
