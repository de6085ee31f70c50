"""Single EC2 instances, spot requests and capacity reservations bill by the hour."""

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import SPOT_REQUEST
from plimsoll.ground.tree import View, shown
from plimsoll.pricing.aws.autoscaling_group import node_of
from plimsoll.pricing.aws.launch import Launch, read_instance, read_template, templates_of
from plimsoll.pricing.aws.observed import as_observed
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.nodes import add_nodes
from plimsoll.pricing.result import Unpriceable
from plimsoll.pricing.subnets import lands_on_public_subnet

LINUX_PLATFORMS = ("Linux/UNIX",)


def price_instance(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one instance, at the on-demand price even where it asks for spot."""
    inputs = inputs_of(resource)
    market = index.market(resource)
    _check_market(inputs["instanceMarketOptions"]["marketType"])
    if inputs["getPasswordData"].flag(default=False):
        raise Unpriceable("unpriced", "getPasswordData is of Windows; the prices here are for Linux")
    own = as_observed(read_instance(resource, monitored_default=False), resource, index)
    launches = [own]
    if not inputs["launchTemplate"].absent:
        ref = inputs["launchTemplate"]
        templates = templates_of(resource, ref, "launchTemplate", index, ("id", "name"))
        launches = [_laid_over(own, read_template(template)) for template in templates]
    public = lands_on_public_subnet(resource, "subnetId", index)
    if len(launches) > 1:
        raise Unpriceable("unpriced", "launchTemplate may mean any of several launch templates")
    launch = launches[0]
    types = (launch.instance_type,) if launch.instance_type else ()
    spot = resource.type == SPOT_REQUEST
    node = node_of(launch, types, inputs["tags"], public=public, may_be_spot=spot)
    add_nodes(charges, market, node, 1, 1)


def _check_market(kind: View) -> None:
    if not kind.absent and kind.text() == "capacity-block":
        raise Unpriceable(
            "unpriced", "a Capacity Block is paid up front, at a price that is not in the catalogue"
        )


def _laid_over(own: Launch, template: Launch) -> Launch:
    """An instance's own inputs replace its template's; disks are counted from both."""
    if not own.instance_type and template.requirements is not None:
        raise Unpriceable("unpriced", "the launch template lets AWS choose the instance type")
    return Launch(
        own.instance_type or template.instance_type,
        (*own.disks, *template.disks),
        own.root_unsized and template.root_unsized,
        own.public_address or template.public_address,
        own.detailed_monitoring or template.detailed_monitoring,
        image=template.image if own.image.absent else own.image,
        may_be_spot=own.may_be_spot or template.may_be_spot,
    )


def price_reservation(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a capacity reservation: it bills as if its instances ran, used or not."""
    inputs = inputs_of(resource)
    market: Market = index.market(resource)
    tenancy = inputs["tenancy"]
    if tenancy.text("default") != "default":
        raise Unpriceable("unpriced", "the catalogue's prices are for shared tenancy")
    platform = inputs["instancePlatform"]
    if platform.text() not in LINUX_PLATFORMS:
        raise Unpriceable(
            "unpriced", f"instancePlatform is {shown(platform.value)}; the catalogue's prices are for Linux"
        )
    name = inputs["instanceType"].text()
    market.book.instance_type(name, "instanceType")
    count = inputs["instanceCount"].required().count()
    charges.add_hours(f"reserved {name}", count, market.node_rate(name))
