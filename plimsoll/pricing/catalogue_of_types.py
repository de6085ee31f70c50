"""Which resource types are known, and how each is priced."""

from collections.abc import Callable, Mapping

from plimsoll.graph import Resource
from plimsoll.pricing.bill import Bill
from plimsoll.pricing.node_pool import NODE_POOLS, price_node_pool
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.scene import Scene

Pricing = Callable[[Resource, Scene, Bill], None]

PRICED: Mapping[str, Pricing] = {
    **dict.fromkeys(NODE_POOLS, price_node_pool),
}


def price_known_type(resource: Resource, scene: Scene, bill: Bill) -> None:
    """Price a resource by its type; a type that is neither priced nor known to be free is refused."""
    pricing = PRICED.get(resource.type)
    if pricing is not None:
        pricing(resource, scene, bill)
        return
    raise Unpriceable("unpriced", f"resources of type {resource.type[:100]!a} cannot be priced")
