"""Every policy of the pack, in the order in which reports list them."""

from plimsoll.gate.rule import Rule
from plimsoll.gate.rules.budget import BUDGET
from plimsoll.gate.rules.checkpoints import NO_LIFECYCLE
from plimsoll.gate.rules.drift import PLAN_DRIFT
from plimsoll.gate.rules.expiry import EXPIRED
from plimsoll.gate.rules.exposure import ENCRYPTED_VOLUMES, IMDS_HOP_LIMIT, NO_PUBLIC_ENDPOINT
from plimsoll.gate.rules.facts import FACTS, STALE_PRICES, UNPRICED_COST
from plimsoll.gate.rules.gangs import GANG_ACROSS_ZONES, TAS_ON_ELASTIC_POOL
from plimsoll.gate.rules.placement import (
    ALLOWED_CAPACITY_TYPES,
    ALLOWED_FAMILIES,
    ALLOWED_REGIONS,
    LIMITS_AND_GPU_COUNT,
    SPOT_IN_PRODUCTION,
)
from plimsoll.gate.rules.pods import GPU_REQUESTS_EQUAL_LIMITS, IMAGE_DIGEST
from plimsoll.gate.rules.required_tags import REQUIRED_TAGS
from plimsoll.gate.rules.serving import GATED_MODEL, NO_IMAGE
from plimsoll.gate.rules.spot_pods import DO_NOT_DISRUPT_ON_SPOT, SPOT_WITHOUT_CHECKPOINT
from plimsoll.gate.rules.waits import WAIT_SHORTER_THAN_START

RULES: tuple[Rule, ...] = (
    BUDGET,
    UNPRICED_COST,
    PLAN_DRIFT,
    STALE_PRICES,
    EXPIRED,
    ALLOWED_REGIONS,
    ALLOWED_FAMILIES,
    ALLOWED_CAPACITY_TYPES,
    SPOT_IN_PRODUCTION,
    LIMITS_AND_GPU_COUNT,
    REQUIRED_TAGS,
    GPU_REQUESTS_EQUAL_LIMITS,
    IMAGE_DIGEST,
    NO_IMAGE,
    GATED_MODEL,
    ENCRYPTED_VOLUMES,
    NO_PUBLIC_ENDPOINT,
    IMDS_HOP_LIMIT,
    SPOT_WITHOUT_CHECKPOINT,
    DO_NOT_DISRUPT_ON_SPOT,
    GANG_ACROSS_ZONES,
    TAS_ON_ELASTIC_POOL,
    NO_LIFECYCLE,
    WAIT_SHORTER_THAN_START,
    FACTS,
)

_BY_NAME = {rule.name: rule for rule in RULES}


def rule_named(name: str) -> Rule | None:
    """Find a policy by name."""
    return _BY_NAME.get(name)
