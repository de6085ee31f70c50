"""Service Quotas that the ceiling of a plan needs."""

from typing import Annotated

from plimsoll.ground.start_up import record


@record
class Quota:
    """A Service Quota that must allow the ceiling: vCPUs of a family."""

    code: Annotated[str | None, "Service Quotas code; null if AWS has none."]
    name: Annotated[str, "Name of the quota."]
    vcpus: Annotated[int, "vCPU that the ceiling needs of it."]
