"""A DynamoDB table bills requests, or provisioned capacity by the hour, up to where scaling may take it.

Stored bytes bill by use. Source: aws.amazon.com/dynamodb/pricing/provisioned.
"""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import TABLE
from plimsoll.ground.tree import View
from plimsoll.pricing.charges import CEILING, Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

UNITS = {"Read": ("readCapacity", "dynamodb-rcu"), "Write": ("writeCapacity", "dynamodb-wcu")}


def price_table(resource: Resource, index: Index, charges: Charges) -> None:
    """Know an on-demand table to bill by use; price provisioned capacity of the table and its indexes."""
    inputs = inputs_of(resource)
    if inputs["billingMode"].text("PROVISIONED") == "PAY_PER_REQUEST":
        charges.by_use("requests and stored bytes")
        return
    if inputs["tableClass"].text("STANDARD") != "STANDARD" or inputs["replicas"].items():
        raise Unpriceable(
            "unpriced",
            "provisioned capacity of other table classes and of replicas has no price in the catalogue",
        )
    parts = [inputs, *inputs["globalSecondaryIndexes"].items()]
    for name, (key, item) in UNITS.items():
        units = sum(part[key].required().count() for part in parts)
        charges.add_hours(f"{name.lower()} capacity", units, index.market(resource).service_rate(item))


def price_table_index(resource: Resource, index: Index, charges: Charges) -> None:
    """Price the provisioned capacity of an index that stands beside its table; others bill requests."""
    given = inputs_of(resource)["provisionedThroughput"]
    if given.absent:
        charges.by_use("requests and stored bytes")
        return
    for name, item in (("read", "dynamodb-rcu"), ("write", "dynamodb-wcu")):
        units = given[f"{name}CapacityUnits"].required().count()
        charges.add_hours(f"{name} capacity", units, index.market(resource).service_rate(item))


def price_table_replica(_resource: Resource, index: Index, charges: Charges) -> None:
    """Know the replica of an on-demand table to bill by use; one of provisioned capacity has no price."""
    tables = [inputs_of(each)["billingMode"] for each in index.of_type(TABLE)]
    if not tables or any(mode.text("PROVISIONED") != "PAY_PER_REQUEST" for mode in tables):
        raise Unpriceable(
            "unpriced",
            "the capacity of a replica has no price in the catalogue, unless its table bills by request",
            pending=not tables and not index.complete,
        )
    charges.by_use("requests and stored bytes")


def add_scaled(target: Resource, dimension: str, index: Index, charges: Charges) -> None:
    """Add the units by which a scaling target may raise a table or an index above its own capacity."""
    name = next((word for word in UNITS if f":{word}Capacity" in dimension), None)
    if name is None:
        raise Unpriceable("unpriced", f"scalableDimension {dimension[:60]!a} of a table has no price here")
    inputs = inputs_of(target)
    key, item = UNITS[name]
    most = inputs["maxCapacity"].required().count()
    extra = max(0, most - _own(inputs["resourceId"], key, index))
    rate = index.market(target).service_rate(item)
    charges.add_hours(f"scaled {name.lower()} capacity", extra, rate, CEILING)
    charges.free("the capacity that it scales to is counted already")


def _own(resource_id: View, key: str, index: Index) -> int:
    """Find the capacity that a table of the graph has by itself; 0 where the target may mean another."""
    if resource_id.unknown:
        return 0
    name = resource_id.text("").removeprefix("table/")
    tables = [each for each in index.of_type(TABLE) if each.inputs.get("name") == name]
    return inputs_of(tables[0])[key].count(0) if len(tables) == 1 else 0
