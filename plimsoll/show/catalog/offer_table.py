"""The table of offers that a person reads: one line each, sources as numbered notes below."""

from collections.abc import Sequence

from plimsoll.catalog.facts import Price
from plimsoll.catalog.offers import Listed, Offered
from plimsoll.show.money import unit_price
from plimsoll.show.text import PIPED, Style

_HEADING = (
    "instance type",
    "accelerators",
    "vCPU",
    "GiB",
    "region",
    "zones",
    "on-demand",
    "spot",
    "1-year",
    "notes",
)
_RIGHT = {2, 3, 5, 6, 7, 8}
"""Columns of numbers, aligned right."""

_FLAGS = {
    "no-discount": "spot price equals on-demand: no spot market to speak of",
    "thin-discount": "spot price hardly below on-demand",
    "floor-90pct-off": "spot price at a tenth of on-demand: new or idle capacity, expect it to rise",
    "undisclosed-cap": "spot price above any published on-demand price",
}


def table(answer: Offered, style: Style = PIPED) -> str:
    """Lay out the offers; a terminal gets a bold heading, everything else is plain text."""
    if not answer.offers:
        return "no offers\n"
    notes: dict[str, int] = {}
    rows = [_HEADING, *(_cells(offer, notes) for offer in answer.offers)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADING))]
    lines = [_line(row, widths) for row in rows]
    if style.columns:
        lines[0] = f"\x1b[1m{lines[0]}\x1b[0m"
    foot = [f"{number:>3}  {text}" for text, number in notes.items()]
    head = f"USD per instance-hour, Linux, shared tenancy, prices of {answer.priced_on}; ~ is inferred"
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


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        cell.rjust(width) if column in _RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
