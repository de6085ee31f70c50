"""A component claims what it will cost before its first child exists.

A component of type `plimsoll:index:…` carries `ceiling: {usdPerMonth: "123.45"}` as an input, and may carry
`expected` of the same shape. Where the claim is net of discounts, `listUsdPerMonth` stands beside it. The
claim is judged at once; later it is compared with what the children cost.
"""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from plimsoll.gate.case import Case
from plimsoll.graph.resource import Resource
from plimsoll.graph.types import COMPONENTS, SHARED_NODES_COMPONENT, WORKLOAD_COMPONENT
from plimsoll.ground.tree import View
from plimsoll.pricing.inputs import inputs_of

MUST_CLAIM = (WORKLOAD_COMPONENT, SHARED_NODES_COMPONENT)
"""Components that may not be without a ceiling: everything that they create follows from a plan."""


def claims(resource: Resource) -> bool:
    """Tell whether a resource is a component that may carry a claim."""
    return not resource.custom and resource.type.startswith(COMPONENTS)


def claimed_at_list(resource: Resource) -> Decimal | None:
    """Read what a component claims as its ceiling at list prices, if it has prices of its own; else None.

    Raises:
        Unpriceable: the claim is unknown, secret, or no amount of money.
    """
    view = inputs_of(resource)["ceiling"]["listUsdPerMonth"] if claims(resource) else None
    return None if view is None or view.absent else _money(view)


def claimed(resource: Resource, of: str = "ceiling") -> Decimal | None:
    """Read a component's claim, USD per month; None if it makes none and need not.

    Raises:
        Unpriceable: the claim is unknown, secret, absent where it is due, or no amount of money.
    """
    if not claims(resource):
        return None
    view = inputs_of(resource)[of]
    if view.absent and not (of == "ceiling" and resource.type in MUST_CLAIM):
        return None
    return _money(view.required()["usdPerMonth"].required())


def _money(view: View) -> Decimal:
    value: Any = view.known()
    if isinstance(value, str) and len(value) <= 24 and value.isascii():
        try:
            amount = Decimal(value)
        except InvalidOperation:
            raise view.fail(f"is {value!a}, not an amount such as '123.45'") from None
        if not amount.is_finite() or amount < 0:
            raise view.fail(f"is {value!a}: not an amount of money")
        return amount
    return view.decimal()


def claimants(resource: Resource, case: Case) -> Iterator[Resource]:
    """Walk the components that claim a ceiling, from the resource itself up: the outer hold the inner."""
    for ancestor in (resource, *case.ancestors(resource)):
        if claims(ancestor) and not inputs_of(ancestor)["ceiling"].absent:
            yield ancestor


def claimant(resource: Resource, case: Case) -> Resource | None:
    """Find the nearest component, the resource itself or above it, that claims a ceiling."""
    return next(claimants(resource, case), None)
