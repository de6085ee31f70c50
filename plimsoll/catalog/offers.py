"""Choose offers of the catalogue: an instance type in a region, with everything it costs there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plimsoll.catalog.clock import Clock, clock_of
from plimsoll.catalog.facts import Catalog, InstanceType, Offering, Price
from plimsoll.catalog.unknown_region import unknown_region
from plimsoll.ground.problems import Problem, SpecError, nearest

PRICE_KINDS = ("on_demand", "spot", "reserved_1y")
"""The ways of buying that an offering has a price for, as its fields are named."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A person asked for this; None where anything will do."""

    gpu: str | None = None
    instance_type: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One instance type in one region."""

    type: InstanceType
    offering: Offering

    @property
    def prices(self) -> dict[str, Price | None]:
        """The prices by kind, None where AWS sells none (or none is known)."""
        return {kind: getattr(self.offering, kind) for kind in PRICE_KINDS}

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Who says so: source and date of every price, or of the offering if it has no price."""
        known = [price for price in self.prices.values() if price is not None]
        if not known:
            return [(self.offering.source, self.offering.as_of)]
        return list(dict.fromkeys((price.source, price.as_of) for price in known))


@dataclass(frozen=True, slots=True)
class Offered:
    """The offers that were asked for, and the date that was asked for."""

    offers: tuple[Listed, ...]
    asked_on: str | None = None

    @property
    def clock(self) -> Clock:
        """The days on which the prices of these offers were read."""
        prices = (price for offer in self.offers for price in offer.prices.values() if price is not None)
        return clock_of({price.as_of for price in prices if not price.inferred}, self.asked_on)


def select(catalog: Catalog, wanted: Wanted) -> list[Listed]:
    """Find the offers that were asked for, in a fixed order.

    A name that the catalogue does not know is an error, never an empty answer.

    Raises:
        SpecError: one problem per unknown name, each with the nearest known one.
    """
    problems = list(_unknown(catalog, wanted))
    if problems:
        raise SpecError(problems)
    gpus = set(matching_accelerators(catalog, wanted.gpu)) if wanted.gpu else None
    types = [catalog.instance_types[name] for name in _types(catalog, wanted)]
    offers = [
        Listed(each, offering)
        for region in ([wanted.region] if wanted.region else catalog.regions)
        for each in types
        if (gpus is None or each.accelerator in gpus)
        and (offering := catalog.offering(each.name, region)) is not None
    ]
    return sorted(offers, key=_order)


def _types(catalog: Catalog, wanted: Wanted) -> Sequence[str]:
    """Name the types to list: those that plans choose from, unless another is asked for by its name."""
    if wanted.instance_type is None:
        return catalog.planned
    family = f"{wanted.instance_type}."
    return [
        name for name in catalog.instance_types if name == wanted.instance_type or name.startswith(family)
    ]


_MAKERS = ("nvidia-", "aws-", "amd-", "intel-", "tesla-")
"""What people write before the name of an accelerator."""

_LABELS = (("blackwell-server-edition", "bse"), *((f"sxm{socket}", "sxm") for socket in range(2, 7)))
"""How NVIDIA's feature discovery writes parts of a name in the label `nvidia.com/gpu.product`."""


def matching_accelerators(catalog: Catalog, name: str) -> list[str]:
    """Resolve a name, an alias, or the start of names (`A100` means both of its memory sizes).

    Case, spaces, the maker, and what nodes are labelled with (`NVIDIA-H100-80GB-HBM3`) make no difference.
    """
    plain = _plainly(name)
    return _called(catalog, name) or _called(catalog, plain) or _called(catalog, plain.replace("-sxm", ""))


def _plainly(name: str) -> str:
    """Spell a name as the catalogue does: lower case, hyphens, no maker and no kind of memory."""
    plain = "-".join(name.lower().replace("_", " ").split()).partition("-hbm")[0]
    for maker in _MAKERS:
        plain = plain.removeprefix(maker)
    for label, short in _LABELS:
        plain = plain.replace(label, short)
    return plain


def _called(catalog: Catalog, name: str) -> list[str]:
    exact = catalog.accelerator(name)
    if exact is not None:
        return [exact.name]
    start = name.lower()
    return [
        known
        for known, accelerator in catalog.accelerators.items()
        if accelerator.aws and (known.lower() == start or known.lower().startswith(start + "-"))
    ]


def _order(offer: Listed) -> tuple[str, int, str, str]:
    return (offer.type.family, offer.type.vcpus, offer.type.name, offer.offering.region)


def _unknown(catalog: Catalog, wanted: Wanted) -> Iterator[Problem]:
    if wanted.gpu and not matching_accelerators(catalog, wanted.gpu):
        yield _no_such("--gpu", "accelerator", wanted.gpu, _rented(catalog))
    types = catalog.instance_types
    families = sorted({known.family for known in types.values()})
    if wanted.instance_type and wanted.instance_type not in (*types, *families):
        yield _no_such(
            "--instance-type", "instance type or family", wanted.instance_type, [*types, *families]
        )
    if wanted.region and wanted.region not in catalog.regions:
        yield unknown_region(wanted.region, catalog.regions, "--region")


def not_rented(catalog: Catalog, name: str) -> Problem | None:
    """Say that AWS rents none of an accelerator that the catalogue knows, and which it rents that is near.

    None where it rents it: then it is not offered where it was asked for.
    """
    found = [catalog.accelerators[each] for each in matching_accelerators(catalog, name)]
    if not found or any(each.aws for each in found):
        return None
    what = f"AWS rents no {found[0].name}"
    why = "the catalogue knows it by its data sheet alone"
    return Problem(what, why, _nearest_or_listed(found[0].name, _rented(catalog)), "--gpu")


def _rented(catalog: Catalog) -> list[str]:
    """Name the accelerators that AWS rents, and their names without a size."""
    rented = [name for name, accelerator in catalog.accelerators.items() if accelerator.aws]
    return list(dict.fromkeys([*rented, *(name.partition("-")[0] for name in rented)]))


def _nearest_or_listed(name: str, known: Sequence[str]) -> str:
    return nearest(name, known) or f"known: {', '.join(known[:12])}{', …' if len(known) > 12 else ''}"


def _no_such(option: str, noun: str, name: str, known: Sequence[str]) -> Problem:
    return Problem(
        what=f"no {noun} {name!r} in the catalogue",
        fix=_nearest_or_listed(name, known),
        path=option,
    )
