"""Message brokers bill each broker by the hour; Kafka's provisioned storage has no price here.

Source: aws.amazon.com/msk/pricing, aws.amazon.com/amazon-mq/pricing.
"""

from plimsoll.graph.resource import Resource
from plimsoll.ground.tree import shown
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import add_public_addresses

MQ_MODES = {
    ("activemq", "SINGLE_INSTANCE"): "single",
    ("activemq", "ACTIVE_STANDBY_MULTI_AZ"): "multi-az",
    ("rabbitmq", "SINGLE_INSTANCE"): "single",
    ("rabbitmq", "CLUSTER_MULTI_AZ"): "cluster",
}
"""How the catalogue names the deployments of each engine; the price is that of the whole deployment."""

MQ_NODES = {"single": 1, "multi-az": 2, "cluster": 3}
"""Nodes of each deployment, each with a public address where the broker is open to the internet."""


def price_kafka(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a Kafka cluster's brokers; storage of express brokers bills by use, that of others is refused."""
    inputs, market = inputs_of(resource), index.market(resource)
    info = inputs["brokerNodeGroupInfo"]
    kind = info["instanceType"].text().removeprefix("kafka.")
    count = inputs["numberOfBrokerNodes"].required().count()
    charges.add_hours(f"Kafka brokers {kind}", count, market.service_rate(f"msk-broker-{kind}"))
    access = info["connectivityInfo"]["publicAccess"]["type"]
    if not access.absent and access.text() != "DISABLED":
        add_public_addresses(charges, market, count)
    if not kind.startswith("express."):
        charges.cannot("unpriced", "the storage of Kafka brokers has no price in the catalogue")


def price_broker(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an Amazon MQ broker; what it stores bills by use."""
    inputs = inputs_of(resource)
    engine = inputs["engineType"].text().lower()
    mode = inputs["deploymentMode"].text("SINGLE_INSTANCE")
    name = MQ_MODES.get((engine, mode))
    if name is None:
        raise Unpriceable("unpriced", f"an MQ broker of {shown(engine)}, {shown(mode)} has no price here")
    kind = inputs["hostInstanceType"].text()
    market = index.market(resource)
    charges.add_hours(f"MQ broker {kind} {name}", 1, market.service_rate(f"mq-{engine}-{kind}-{name}"))
    if inputs["publiclyAccessible"].flag(default=False):
        add_public_addresses(charges, market, MQ_NODES[name])
