"""A rollout may run new pods beside old ones: so many replicas above those that are asked for.

A replica that spans nodes is a group: what surges is whole groups, so an upgrade that starts a group before
it ends one (blue and green) counts both.
"""

import math
from collections.abc import Mapping
from decimal import Decimal

from plimsoll.ground.tree import step
from plimsoll.pricing.inputs import view_of
from plimsoll.pricing.result import Unpriceable

_WHERE: Mapping[str, tuple[tuple[str, ...], object]] = {
    "Deployment": (("strategy", "rollingUpdate", "maxSurge"), "25%"),
    "LeaderWorkerSet": (("rolloutStrategy", "rollingUpdateConfiguration", "maxSurge"), 0),
}
"""Where each kind says how many it may start above its replicas, and what holds where it does not.

Sources: Kubernetes API, apps/v1 DeploymentSpec (25 %); LeaderWorkerSet API v1 (0)."""


def surge(spec: object, kind: str, replicas: int) -> int | None:
    """Count the replicas that a rollout may run above so many; None for no count, which bounds nothing.

    A share of the replicas is rounded up, as both controllers do.
    """
    if step(spec, "strategy", "type") == "Recreate":
        return 0
    path, default = _WHERE[kind]
    said = step(spec, *path)
    said = default if said is None else said
    try:
        if isinstance(said, str) and said.endswith("%"):
            share = view_of(said[:-1]).quantity() / 100
            return math.ceil(share * Decimal(replicas))
        return view_of(said).count()
    except Unpriceable:
        return None
