"""Which zones of a region offer a type is asked, by the names of zones that all accounts share."""

from plimsoll.catalog.refresh.calls import Asking, Call

_MOST_A_PAGE = 1000


def read_offered(asking: Asking, region: str) -> dict[str, int]:
    """Count the zones of a region that offer each instance type.

    Raises:
        CallFailedError: the call fails.
    """
    call = Call("ec2", "describe_instance_type_offerings", region)
    zones: dict[str, set[str]] = {}
    for row in asking.items(
        call, "InstanceTypeOfferings", LocationType="availability-zone-id", MaxResults=_MOST_A_PAGE
    ):
        zones.setdefault(call.of(row, "InstanceType"), set()).add(call.of(row, "Location"))
    return {name: len(found) for name, found in sorted(zones.items())}
