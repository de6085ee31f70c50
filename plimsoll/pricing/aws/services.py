"""Managed services bill by the piece, by use, or not at all: keys, secrets, alarms, functions."""

from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import CEILING, FLOOR, Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

ROTATIONS_BILLED = 2
"""Key rotations that add a key's price each; later ones are free (aws.amazon.com/kms/pricing)."""

HIGH_RESOLUTION_S = 60
"""Alarms with a period below this many seconds bill as high-resolution."""


def price_key(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a KMS key; rotation bills up to two more of it."""
    rate = index.market(resource).service_rate("kms-key")
    rotates = inputs_of(resource)["enableKeyRotation"].flag(default=False)
    charges.add("KMS key", 1, rate, FLOOR)
    charges.add(
        "KMS key, with rotations" if rotates else "KMS key", 1 + ROTATIONS_BILLED * rotates, rate, CEILING
    )


def price_secret(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a secret and its replicas."""
    copies = 1 + len(inputs_of(resource)["replicas"].items())
    charges.add("secret", copies, index.market(resource).service_rate("secrets-manager-secret"))


def price_parameter(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a standard parameter to be free; advanced ones bill by the month."""
    if inputs_of(resource)["tier"].text("Standard") != "Standard":
        raise Unpriceable("unpriced", "advanced parameters have no price in the catalogue")
    charges.free("a standard parameter has no charge")


def price_alarm(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a metric alarm: per metric that it watches, three times as much with anomaly detection."""
    inputs = inputs_of(resource)
    queries = inputs["metricQueries"].items()
    periods = [inputs["period"], *(q["metric"]["period"] for q in queries), *(q["period"] for q in queries)]
    fast = any(p.count(HIGH_RESOLUTION_S) < HIGH_RESOLUTION_S for p in periods)
    item = "cloudwatch-alarm-high-res" if fast else "cloudwatch-alarm-standard"
    if any(q["expression"].text("").lstrip().upper().startswith("SELECT") for q in queries):
        raise Unpriceable("unpriced", "an alarm on a query bills every metric that the query analyses")
    metrics = max(1, sum(1 for q in queries if not q["metric"].absent))
    if not inputs["thresholdMetricId"].absent:
        metrics *= 3
    charges.add("alarm metrics", metrics, index.market(resource).service_rate(item))


def price_certificate(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a public certificate to be free; private and exportable ones are not."""
    inputs = inputs_of(resource)
    exported = inputs["options"]["export"].text("DISABLED") != "DISABLED"
    if exported or not inputs["certificateAuthorityArn"].absent:
        raise Unpriceable("unpriced", "private and exportable certificates have no price in the catalogue")
    charges.free("a public certificate has no charge")


def price_function(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a function to bill by use, unless it runs on instances of its own."""
    if not inputs_of(resource)["capacityProviderConfig"].absent:
        raise Unpriceable("unpriced", "Lambda's managed instances have no price in the catalogue")
    charges.by_use("invocations and their seconds")


def price_conversion_queue(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a queue of MediaConvert to bill by use, unless its slots are reserved for a year."""
    inputs = inputs_of(resource)
    reserved = not inputs["reservationPlanSettings"].absent
    if reserved or inputs["pricingPlan"].text("ON_DEMAND") != "ON_DEMAND":
        raise Unpriceable("unpriced", "reserved slots bill by the month, at a price not in the catalogue")
    charges.by_use("minutes that are converted")
