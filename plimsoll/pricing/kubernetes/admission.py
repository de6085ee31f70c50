"""A pool's requirements admit instance types: of all that AWS rents, those that its regions offer.

A requirement set may name types, or families and sizes, or describe an open set of any breadth. What it names
must be in the catalogue; a set that it describes is taken from the catalogue, which has every type.
"""

from collections.abc import Mapping, Sequence
from itertools import product

from plimsoll.ground.problems import nearest
from plimsoll.pricing.kubernetes.labels import (
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


def admitted_types(requirements: Sequence[Requirement], market: Market) -> tuple[str, ...]:
    """List the instance types that a pool may launch here, sorted.

    Raises `Unpriceable` where a type, family or category is named that the catalogue does not have, or where
    nothing that is offered here is admitted.
    """
    book = market.book
    on_types = tuple(r for r in requirements if restricts_types(r.key))
    asked = tuple((r.key, r.operator, r.values) for r in on_types)
    key = ("admitted", asked, market.regions, market.named)
    return book.memo(key, lambda: _admitted_types(on_types, market))


def names_types(requirements: Sequence[Requirement]) -> bool:
    """Say whether requirements name their types one by one, so that each must have a price of its own."""
    return _named_types(requirements) is not None


def _admitted_types(on_types: Sequence[Requirement], market: Market) -> tuple[str, ...]:
    book = market.book
    named = _named_types(on_types)
    if named is None:
        _check_known(on_types, book)
        # Where offers are not listed, the region's price list is: a type without a price is not sold there.
        found = [name for name in _described(on_types, book) if market.offers(name)]
    else:
        known = [n for n in named if _known(n, on_types, book) and _admits(n, on_types, book)]
        found = [name for name in known if market.may_launch(name)]
    admitted = tuple(sorted(found))
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


def _known(name: str, requirements: Sequence[Requirement], book: PriceBook) -> bool:
    """Keep a known type; drop an unknown one that its name alone excludes; refuse any other."""
    if name in book.catalog.instance_types:
        return True
    derived = labels_from_name(name)
    if not all(r.admits(derived[r.key]) for r in requirements if r.key in derived):
        return False
    by_family = listed(requirements, INSTANCE_TYPE) is None
    if by_family and derived.get(_FAMILY) in _values(_FAMILY, book):
        return False  # the catalogue has every size of its families, so this one does not exist
    book.instance_type(name, "an admitted instance type")
    return True


def _check_known(requirements: Sequence[Requirement], book: PriceBook) -> None:
    """Refuse a set that names a family or a category of which the catalogue has no type."""
    for key, word in ((_FAMILY, "family"), (_CATEGORY, "category")):
        known = _values(key, book)
        for value in sorted(listed(requirements, key) or ()):
            derived = labels_from_name(f"{value}.x") if key == _FAMILY else {}
            excluded = any(not r.admits(derived[r.key]) for r in requirements if derived.get(r.key))
            if value not in known and not excluded:
                hint = nearest(value, sorted(known)) if value.isascii() else ""
                tail = f"; {hint}" if hint else ""
                raise Unpriceable(
                    "unpriced", f"the instance {word} {value[:60]!a} is not in the catalogue{tail}"
                )


def _values(key: str, book: PriceBook) -> frozenset[str]:
    """Collect the values that a label has on any type."""
    return book.memo(
        ("values", key), lambda: frozenset(have[key] for have in _labels(book).values() if key in have)
    )


def _described(requirements: Sequence[Requirement], book: PriceBook) -> frozenset[str]:
    """Find every type of the catalogue that satisfies a set; each requirement is looked at once in a run."""
    found = frozenset(_labels(book))
    for requirement in requirements:
        found &= _satisfying(requirement, book)
    return found


def _satisfying(asked: Requirement, book: PriceBook) -> frozenset[str]:
    def find() -> frozenset[str]:
        labels = _labels(book)
        return frozenset(name for name, have in labels.items() if asked.admits(label_of(have, asked.key)))

    return book.memo(("satisfying", asked.key, asked.operator, asked.values), find)


def _admits(name: str, requirements: Sequence[Requirement], book: PriceBook) -> bool:
    labels = book.memo(("labels", name), lambda: labels_of(book.catalog.instance_types[name]))
    return all(r.admits(label_of(labels, r.key)) for r in requirements)


def _labels(book: PriceBook) -> Mapping[str, Mapping[str, str]]:
    """Read Karpenter's labels of every instance type of the catalogue."""
    types = book.catalog.instance_types
    return book.memo("labels", lambda: {name: labels_of(found) for name, found in types.items()})
