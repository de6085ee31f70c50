"""Service Quotas have codes; the catalogue knows those that count the vCPU of running EC2 instances."""

from collections.abc import Mapping

from plimsoll.catalog.rows import rows


def quota_codes() -> Mapping[str, str]:
    """Name the quota of each code, on-demand and spot apart."""
    found: dict[str, str] = {}
    for row in rows("quotas.csv"):
        for kind in ("on_demand", "spot"):
            if code := row[f"{kind}_code"]:
                found.setdefault(code, row[f"{kind}_name"])
    return found
