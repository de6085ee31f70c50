"""A market knows where one resource may lie, and the dearest unit prices there.

A resource that does not say where it lies is priced in the dearest region that offers it, with a note.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar, cast

from plimsoll.catalog.facts import Catalog, InstanceType, Offering, Price
from plimsoll.pricing.nearest_type import nearest_item, nearest_type
from plimsoll.pricing.own.prices import OwnPrices
from plimsoll.pricing.result import Unpriceable

SPOT_ABOVE_ON_DEMAND = Decimal("1.01")
"""AWS caps spot at the on-demand price; feeds round, so a spot price within 1 % above it is the same."""

T = TypeVar("T")

BURSTABLE = ("t2.", "t3.", "t3a.", "t4g.")
_CREDITS = "CPU credits above the baseline bill by use, and are not counted"


@dataclass(frozen=True, slots=True)
class Rate:
    """A unit price, where it holds, and where it is from; `anywhere` if nobody named the region."""

    usd: Decimal
    unit: str
    region: str
    source: str
    as_of: str
    note: str = ""
    inferred: bool = False
    anywhere: bool = False
    list_usd: Decimal | None = None
    """The list price, where `usd` is what the organisation pays; None where nothing says that."""


class PriceBook:
    """The catalogue, indexed for look-ups by instance type and by service item; and the owner's prices."""

    def __init__(self, catalog: Catalog, own: OwnPrices | None = None) -> None:
        self.catalog = catalog
        self.own = own
        self._memos: dict[Hashable, object] = {}
        self.regions = frozenset(catalog.regions)

    def memo(self, key: Hashable, make: Callable[[], T]) -> T:
        """Make a value that follows from the catalogue once."""
        if key not in self._memos:
            self._memos[key] = make()
        return cast("T", self._memos[key])

    def instance_type(self, name: str, path: str) -> InstanceType:
        """Find an instance type by its exact name; a look-alike is not it."""
        found = self.catalog.instance_types.get(name)
        if found is None:
            hint = nearest_type(name, self.catalog.instance_types)
            tail = f"; {hint}" if hint else ""
            raise Unpriceable("unpriced", f"{path} is {name[:60]!a}, which is not in the catalogue{tail}")
        return found

    def accelerated(self, name: str) -> bool:
        """Say whether a type of the catalogue has an accelerator."""
        return self.catalog.instance_types[name].accelerator is not None


@dataclass(frozen=True, slots=True)
class Market:
    """The regions where one resource may lie. `named` is false where nobody said, so it may be any."""

    book: PriceBook
    regions: tuple[str, ...]
    named: bool

    def offers(self, instance_type: str) -> list[Offering]:
        """List the type's offerings in these regions, sorted; a region is read when it is looked at."""
        key = ("offers", instance_type, self.regions, self.named)
        return self.book.memo(key, lambda: self._offers(instance_type))

    def _offers(self, instance_type: str) -> list[Offering]:
        offering, where = self.book.catalog.offering, self._where()
        return [found for region in where if (found := offering(instance_type, region)) is not None]

    def _where(self) -> Sequence[str]:
        return sorted(self.regions) if self.named else self.book.catalog.regions

    def may_launch(self, instance_type: str) -> bool:
        """Say whether the type can start here: a region offers it, or nobody listed what a region offers."""
        if self.offers(instance_type):
            return True
        lists = self.book.catalog.lists_offerings
        return self.named and not all(lists(region) for region in self.regions)

    def covers(self, region: str) -> bool:
        """Say whether a region is one of these."""
        return not self.named or region in self.regions

    def node_rate(self, instance_type: str, *, may_be_spot: bool = False) -> Rate:
        """Find the most that an hour of the type can cost here: the on-demand price.

        AWS may charge a spot instance up to the on-demand price, so at list the capacity type is the same.
        """
        key = ("node rate", instance_type, self.regions, self.named, may_be_spot)
        return self.book.memo(key, lambda: self._node_rate(instance_type, may_be_spot))

    def _node_rate(self, instance_type: str, may_be_spot: bool) -> Rate:
        offers = self.offers(instance_type)
        if not offers:
            raise Unpriceable("unpriced", f"{instance_type} has no price in {self.where()}")
        missing = [region for region in self._unlisted() if region not in {o.region for o in offers}]
        if missing:
            raise Unpriceable("unpriced", f"{instance_type} has no price in {', '.join(missing)}")
        if not self.named:
            # A ceiling of a region that nobody read is no ceiling of the others.
            offers = [o for o in offers if o.on_demand is not None and not o.on_demand.inferred] or offers
        rates = [self._on_demand(offer) for offer in offers]
        known = [self._most(rate, instance_type, may_be_spot) for rate in rates if rate is not None]
        if not known or (self.named and len(known) < len(rates)):
            raise Unpriceable("unpriced", f"{instance_type} has no on-demand price in {self.where()}")
        dearest = self._dearest(known, instance_type)
        if instance_type.startswith(BURSTABLE):
            note = "; ".join(part for part in (dearest.note, _CREDITS) if part)
            dearest = replace(dearest, note=note)
        return dearest

    def _most(self, rate: Rate, instance_type: str, may_be_spot: bool) -> Rate:
        own = self.book.own
        if own is None:
            return rate
        return self._paid(rate, own.most(rate.usd, instance_type, rate.region, may_be_spot=may_be_spot))

    def _paid(self, rate: Rate, usd: Decimal) -> Rate:
        """Put what the organisation pays in the place of a list price."""
        own = self.book.own
        if own is None or usd == rate.usd:
            return rate
        return replace(rate, usd=usd, source=f"{rate.source}; net by {own.discounts.file}")

    def _unlisted(self) -> Sequence[str]:
        """List the regions where a type that has no offering may be offered all the same."""
        lists = self.book.catalog.lists_offerings
        several = self.named and len(self.regions) > 1
        return [region for region in sorted(self.regions) if several and not lists(region)]

    def _on_demand(self, offer: Offering) -> Rate | None:
        if offer.on_demand is None:
            return None
        if offer.spot is not None and offer.spot.usd > offer.on_demand.usd * SPOT_ABOVE_ON_DEMAND:
            raise Unpriceable(
                "unpriced",
                f"the prices of {offer.instance_type} in {offer.region} contradict each other: "
                f"spot is {offer.spot.usd}, above on-demand at {offer.on_demand.usd}",
            )
        return self._rate(offer.on_demand, "instance-hour", offer.region)

    def least_rate(self, instance_type: str, *, spot: bool) -> Rate:
        """Find the least an hour of the type costs here: the spot price where spot is admitted."""
        rates: list[Rate] = []
        for offer in self.offers(instance_type):
            if offer.on_demand is not None:
                listed = self._rate(offer.on_demand, "instance-hour", offer.region)
                rates.append(self._most(listed, instance_type, may_be_spot=False))
            if spot and offer.spot is not None:
                rate, own = self._rate(offer.spot, "instance-hour", offer.region), self.book.own
                rates.append(rate if own is None else self._paid(rate, own.spot(rate.usd)))
        return self._least(rates, instance_type) if rates else self.node_rate(instance_type)

    def service_rate(self, item: str) -> Rate:
        """Find the dearest price here of something that is not an instance."""
        return self._dearest(self._service_rates(item), item)

    def least_service_rate(self, item: str) -> Rate:
        """Find the cheapest: what a floor of nodes that may stand in any region counts."""
        return self._least(self._service_rates(item), item)

    def _dearest(self, rates: Sequence[Rate], what: str) -> Rate:
        rate = max(rates, key=lambda rate: (rate.usd, rate.region))
        return self._somewhere(rate, what, "dearest")

    def _least(self, rates: Sequence[Rate], what: str) -> Rate:
        rate = min(rates, key=lambda rate: (rate.usd, rate.region))
        return self._somewhere(rate, what, "cheapest")

    def _somewhere(self, rate: Rate, what: str, of: str) -> Rate:
        """Say which region a price was taken of where nobody names one."""
        if self.named:
            return rate
        note = f"no region is given: {what} is priced in {rate.region}, the {of} that offers it"
        return replace(rate, note="; ".join(part for part in (rate.note, note) if part))

    def _service_rates(self, item: str) -> Sequence[Rate]:
        service = self.book.catalog.service
        here = [found for region in self._where() if (found := service(item, region)) is not None]
        if not here or (self.named and len(here) < len(self.regions)):
            names = {name for region in self._where()[:1] for name in self.book.catalog.service_names(region)}
            hint = nearest_item(item, names)
            tail = f"; {hint}" if hint else ""
            raise Unpriceable("unpriced", f"there is no price of {item} in {self.where()}{tail}")
        read = [each for each in here if self.named or not each.price.inferred] or here
        return [self._rate(each.price, each.unit, each.region) for each in read]

    def _rate(self, price: Price, unit: str, region: str) -> Rate:
        return Rate(
            price.usd,
            unit,
            region,
            price.source,
            price.as_of,
            price.inferred or "",
            inferred=bool(price.inferred),
            anywhere=not self.named,
            list_usd=None if self.book.own is None else price.usd,
        )

    def where(self) -> str:
        """Name the regions for a message."""
        return ", ".join(self.regions) if self.named else "any region of the catalogue"
