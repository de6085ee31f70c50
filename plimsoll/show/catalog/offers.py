"""The offers as the JSON document that scripts read: `plimsoll.dev/offers/v1`."""

from dataclasses import dataclass
from typing import Annotated

from plimsoll.catalog.facts import Price
from plimsoll.catalog.offers import Listed, Offered
from plimsoll.ground import meaning
from plimsoll.ground.meaning import Example
from plimsoll.ground.units import exact_text
from plimsoll.show import json_text
from plimsoll.show.text import PIPED, Style

SCHEMA = "plimsoll.dev/offers/v1"

UnitPrice = str
_USD_HOUR = "US dollars per instance-hour with all decimals of the source; null if it is not sold so."


@dataclass(frozen=True, slots=True)
class PerHour:
    """Unit prices by the way of buying."""

    on_demand: Annotated[UnitPrice | None, _USD_HOUR, Example("0.8048")]
    spot: Annotated[UnitPrice | None, _USD_HOUR]
    reserved_1y: Annotated[UnitPrice | None, _USD_HOUR + " One year, no upfront payment."]


@dataclass(frozen=True, slots=True)
class Inferred:
    """How a price was derived where no list price was read; null where one was."""

    on_demand: Annotated[str | None, "Derivation of the on-demand price."]
    spot: Annotated[str | None, "Derivation of the spot price."]
    reserved_1y: Annotated[str | None, "Derivation of the one-year price."]


@dataclass(frozen=True, slots=True)
class Offer:
    """One instance type in one region."""

    instance_type: Annotated[str, "EC2 instance type.", Example("g6.xlarge")]
    region: Annotated[str, "AWS region.", Example("us-east-1")]
    accelerator: Annotated[str | None, "Accelerator; null for a CPU-only type.", Example("L4")]
    accelerators: Annotated[int, "Accelerators of one instance."]
    accelerator_fraction: Annotated[float, "Share of one accelerator (1, or less for a slice)."]
    usd_per_hour: Annotated[PerHour, "Prices."]
    inferred: Annotated[Inferred, "Derivations of prices that were not read from a list."]
    spot_flag: Annotated[str | None, "What is odd about the spot price, if anything is."]
    zones: Annotated[int, "Availability zones that offer it."]
    source: Annotated[str, "Where the facts come from."]
    as_of: Annotated[str, "Date of the oldest of the facts."]


@dataclass(frozen=True, slots=True)
class Offers:
    """What AWS rents, where, at what price."""

    schema: Annotated[str, meaning.SCHEMA]
    asked_on: Annotated[str | None, meaning.ASKED_ON]
    priced_on: Annotated[str | None, meaning.PRICED_ON, Example("2026-08-10")]
    oldest_on: Annotated[str | None, meaning.OLDEST_ON]
    offers: Annotated[list[Offer], "Every offer that was asked for."]


def document(answer: Offered) -> Offers:
    """Put offers into their document."""
    clock = answer.clock
    offers = [_offer(offer) for offer in answer.offers]
    return Offers(SCHEMA, clock.asked_on, clock.priced_on, clock.oldest_on, offers)


def as_json(answer: Offered, _: Style = PIPED) -> str:
    """Write the offers that were asked for."""
    return json_text.as_json(document(answer))


def _offer(offer: Listed) -> Offer:
    prices, spot = offer.prices, offer.prices["spot"]
    return Offer(
        instance_type=offer.type.name,
        region=offer.offering.region,
        accelerator=offer.type.accelerator,
        accelerators=offer.type.accelerators,
        accelerator_fraction=offer.type.accelerator_fraction,
        usd_per_hour=PerHour(**{kind: _unit_price(price) for kind, price in prices.items()}),
        inferred=Inferred(**{kind: price and (price.inferred or None) for kind, price in prices.items()}),
        spot_flag=spot and (spot.flag or None),
        zones=offer.offering.zones,
        source="; ".join(source for source, _ in offer.sources),
        as_of=min(as_of for _, as_of in offer.sources),
    )


def _unit_price(price: Price | None) -> UnitPrice | None:
    return None if price is None else exact_text(price.usd)
