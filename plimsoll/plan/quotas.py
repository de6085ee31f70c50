"""Service Quotas that the ceiling of a plan needs."""

from plimsoll.ground.start_up import record


@record
class Quota:
    """A Service Quota that must allow the ceiling: vCPUs of a family."""

    code: str | None
    name: str
    vcpus: int
