"""A pool's requirements admit instance types, which the catalogue must all know.

A requirement set is only priced where it is closed: it names types, or families and sizes, or it keeps to
accelerated types, all of which the catalogue has. Requirements that also admit types outside the catalogue
have no known ceiling.
"""

from collections.abc import Mapping, Sequence
from itertools import product

from plimsoll.pricing.kubernetes.labels import (
    ABOUT_ACCELERATORS,
    INSTANCE_TYPE,
    KARPENTER,
    label_of,
    labels_from_name,
    labels_of,
    restricts_types,
)
from plimsoll.pricing.kubernetes.requirements import Requirement, listed
from plimsoll.pricing.market import Market, PriceBook
from plimsoll.pricing.result import Unpriceable

_FAMILY = KARPENTER + "instance-family"
_SIZE = KARPENTER + "instance-size"
_CATEGORY = KARPENTER + "instance-category"

_ACCELERATOR_KEYS = frozenset(KARPENTER + name for name in ABOUT_ACCELERATORS)


def admitted_types(requirements: Sequence[Requirement], market: Market) -> tuple[str, ...]:
    """List the instance types that a pool may launch here, sorted.

    Raises `Unpriceable` where a type outside the catalogue is admitted, or none at all is.
    """
    book = market.book
    on_types = tuple(r for r in requirements if restricts_types(r.key))
    asked = tuple((r.key, r.operator, r.values) for r in on_types)
    key = ("admitted", asked, market.regions, market.named)
    return book.memo(key, lambda: _admitted_types(on_types, market))


def _admitted_types(on_types: Sequence[Requirement], market: Market) -> tuple[str, ...]:
    book, requirements = market.book, on_types
    named = _named_types(requirements)
    if named is not None:
        candidates = [name for name in named if _known_or_excluded(name, on_types, book)]
    elif _keeps_to_accelerated(requirements, book):
        candidates = [n for n in book.catalog.instance_types if book.accelerated(n) and market.offers(n)]
    else:
        raise Unpriceable(
            "unpriced",
            "the requirements admit instance types that are not in the catalogue; "
            "list the instance types, or families with sizes, or require a GPU name or count",
        )
    admitted = tuple(sorted(name for name in candidates if _admits(name, on_types, book)))
    if not admitted:
        raise Unpriceable(
            "invalid_value", f"the requirements admit no instance type that {market.where()} offers"
        )
    return admitted


def _named_types(requirements: Sequence[Requirement]) -> list[str] | None:
    names = listed(requirements, INSTANCE_TYPE)
    if names is not None:
        return sorted(names)
    families, sizes = listed(requirements, _FAMILY), listed(requirements, _SIZE)
    if families is None or sizes is None:
        return None
    return [f"{family}.{size}" for family, size in product(sorted(families), sorted(sizes))]


def _known_or_excluded(name: str, requirements: Sequence[Requirement], book: PriceBook) -> bool:
    """Keep a known type; drop an unknown one that its name alone excludes; refuse any other."""
    if name in book.catalog.instance_types:
        return True
    derived = labels_from_name(name)
    if not all(r.admits(derived[r.key]) for r in requirements if r.key in derived):
        return False
    by_family = listed(requirements, INSTANCE_TYPE) is None
    if by_family and _accelerated_families(book).get(derived.get(_FAMILY, ""), False):
        return False  # the catalogue has every size of an accelerated family, so this one does not exist
    book.instance_type(name, "an admitted instance type")
    return True


def _accelerated_families(book: PriceBook) -> dict[str, bool]:
    families: dict[str, bool] = {}
    for found in book.catalog.instance_types.values():
        families[found.family] = families.get(found.family, True) and found.accelerator is not None
    return families


def _keeps_to_accelerated(requirements: Sequence[Requirement], book: PriceBook) -> bool:
    """Say whether only accelerated types, which the catalogue has all of, can satisfy these."""
    if any(r.key in _ACCELERATOR_KEYS and not r.admits(None) for r in requirements):
        return True
    families = listed(requirements, _FAMILY)
    known = _accelerated_families(book)
    if families is not None and all(known.get(family, False) for family in families):
        return True
    categories = listed(requirements, _CATEGORY)
    if categories is None:
        return False
    accelerated: dict[str, bool] = {}
    for family, all_accelerated in known.items():
        category = labels_from_name(f"{family}.x").get(_CATEGORY, "")
        accelerated[category] = accelerated.get(category, True) and all_accelerated
    return all(accelerated.get(category, False) for category in categories)


def _admits(name: str, requirements: Sequence[Requirement], book: PriceBook) -> bool:
    labels, accelerated = _labels(book)[name], book.accelerated(name)
    return all(r.admits(label_of(labels, accelerated, r.key)) for r in requirements)


def _labels(book: PriceBook) -> Mapping[str, Mapping[str, str]]:
    """Read Karpenter's labels of every instance type of the catalogue."""
    types = book.catalog.instance_types
    return book.memo("labels", lambda: {name: labels_of(found) for name, found in types.items()})
