"""A dashboard is found again by its uid, which alerts name too."""

UID_MAX = 40
"""Grafana refuses a longer one."""


def uid_of(workload: str) -> str:
    """Make a stable uid from a workload's name; a long one is cut and told apart by its digest."""
    uid = f"plimsoll-{workload}"
    if len(uid) <= UID_MAX:
        return uid
    from hashlib import sha256

    digest = sha256(workload.encode()).hexdigest()[:8]
    return f"{uid[: UID_MAX - len(digest) - 1]}-{digest}"
