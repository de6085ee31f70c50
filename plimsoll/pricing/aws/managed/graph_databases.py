"""Neptune bills each instance of a cluster by the hour; stored bytes and I/O bill by use.

Source: aws.amazon.com/neptune/pricing.
"""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import NEPTUNE_CLUSTER
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.result import Unpriceable


def price_graph_cluster(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a cluster of instances to be free beside them; serverless capacity has no price."""
    _refuse_other_storage(resource)
    if not inputs_of(resource)["serverlessV2ScalingConfiguration"].absent:
        raise Unpriceable("unpriced", "serverless capacity of Neptune has no price in the catalogue")
    charges.free("its instances bill one by one; stored bytes and I/O bill by use")


def price_graph_instance(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one instance, of a cluster on standard storage."""
    for cluster in index.of_type(NEPTUNE_CLUSTER):
        _refuse_other_storage(cluster)
    kind = inputs_of(resource)["instanceClass"].text()
    charges.add_hours(f"Neptune {kind}", 1, index.market(resource).service_rate(f"neptune-{kind}"))


def _refuse_other_storage(cluster: Resource) -> None:
    if inputs_of(cluster)["storageType"].text("standard") not in ("standard", ""):
        raise Unpriceable("unpriced", "Neptune has prices here for standard storage only")
