"""A scaling target lets a service grow to a maximum, which counts; so does a policy that may raise it."""

from plimsoll.graph.resource import Resource
from plimsoll.pricing.aws.managed.tables import add_scaled
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable

GROWN = ("ec2", "elasticache", "lambda", "neptune")
"""Services whose resources are priced at the size that they have, which a target may raise."""


def price_target(resource: Resource, index: Index, charges: Charges) -> None:
    """Count what a target may add to what it scales, or refuse where that has no price.

    What it scales is refused for its own sake in every other service, or counts its target itself.
    """
    inputs = inputs_of(resource)
    service = "" if inputs["serviceNamespace"].absent else inputs["serviceNamespace"].text()
    if service == "dynamodb":
        add_scaled(resource, inputs["scalableDimension"].text(), index, charges)
        return
    if service in GROWN:
        most = inputs["maxCapacity"].required().count()
        raise Unpriceable(
            "unpriced", f"it may scale a resource of {service} up to {most}, which is not counted there"
        )
    charges.free("it scales within bounds that are counted, or refused, where the service is")


def price_scaling_policy(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a scaling policy to stay within its group's maximum, unless it may raise that."""
    predictive = inputs_of(resource)["predictiveScalingConfiguration"]
    behaviour = predictive["maxCapacityBreachBehavior"].text("HonorMaxCapacity")
    if behaviour != "HonorMaxCapacity":
        raise Unpriceable("unlimited", "the policy may raise its group's maximum size")
    charges.free("it scales within the sizes of its group")
