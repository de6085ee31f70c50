"""What each resource type of the AWS provider bills is a fact: nothing, by use, a fixed price, or unknown.

The file is of pulumi-aws 7.51.1; it is read when somebody asks for a type.
"""

from collections.abc import Mapping
from functools import cache
from typing import Literal, cast

from plimsoll.catalog.rows import table
from plimsoll.ground.start_up import record

Billing = Literal["free", "usage-billed", "fixed-price", "opaque"]


@record
class ResourceType:
    """One resource type of the AWS provider.

    `billing` says how it costs: `free` not at all, `usage-billed` by use alone, `fixed-price` by existing,
    `opaque` in a way that its inputs do not show or that nobody has looked at. `bills` says what, or "".
    `source` is a key of `sources.csv`.
    """

    token: str
    billing: Billing
    bills: str
    source: str
    as_of: str


@cache
def resource_types() -> Mapping[str, ResourceType]:
    """Read every type by its token."""
    rows = table("resource_types.csv")
    return {
        token: ResourceType(token, cast("Billing", billing), bills, source, as_of)
        for token, billing, bills, source, as_of in rows
    }


@cache
def tokens_by_kind() -> Mapping[str, tuple[str, ...]]:
    """List the tokens of each kind, in lower case: other providers spell kinds in cases of their own."""
    found: dict[str, tuple[str, ...]] = {}
    for token in resource_types():
        kind = token.rpartition(":")[2].lower()
        found[kind] = (*found.get(kind, ()), token)
    return found
