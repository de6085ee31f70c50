"""AWS resources that bill a fixed price for existing: gateways, addresses, balancers, volumes, keys."""

from decimal import Decimal

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import SUBNET
from plimsoll.ground.tree import shown
from plimsoll.pricing.aws.disks import Disk, DiskNames, read_disk, usage_of
from plimsoll.pricing.charges import BOTH, CEILING, FLOOR, Charges
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.market import Market
from plimsoll.pricing.result import Unpriceable

MOST_ZONES = 6
"""Zones of the largest region, us-east-1: what a load balancer may spread over where nobody says."""

ROTATIONS_BILLED = 2
"""Key rotations that add a key's price each; later ones are free (aws.amazon.com/kms/pricing)."""

HIGH_RESOLUTION_S = 60
"""Alarms with a period below this many seconds bill as high-resolution."""


def price_nat_gateway(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a NAT gateway's hours. Its public addresses are resources of their own."""
    inputs = inputs_of(resource)
    if inputs["availabilityMode"].text("zonal") != "zonal":
        raise Unpriceable("unpriced", "a regional NAT gateway bills for each zone that it expands to")
    charges.add_hours("NAT gateway", 1, index.market(resource).service_rate("nat-gateway-hour"))


def price_address(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a public IPv4 address, in use or idle."""
    charges.add_hours("public IPv4 address", 1, index.market(resource).service_rate("public-ipv4"))


def price_endpoint(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a VPC endpoint: gateways are free, interfaces bill per zone."""
    inputs = inputs_of(resource)
    kind = inputs["vpcEndpointType"].text("Gateway")
    if kind == "Gateway":
        charges.free("a gateway endpoint has no charge")
        return
    if kind != "Interface":
        raise Unpriceable("unpriced", f"VPC endpoints of type {shown(kind)} have no price in the catalogue")
    zones = max(1, len(inputs["subnetIds"].items()), len(inputs["subnetConfigurations"].items()))
    rate = index.market(resource).service_rate("vpc-endpoint-interface-hour")
    charges.add_hours("interface endpoint, per zone", zones, rate)


def price_endpoint_zone(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one more zone of an interface endpoint."""
    rate = index.market(resource).service_rate("vpc-endpoint-interface-hour")
    charges.add_hours("interface endpoint, per zone", 1, rate)


def price_transit_attachment(resource: Resource, index: Index, charges: Charges) -> None:
    """Price one attachment to a transit gateway."""
    charges.add_hours(
        "transit gateway attachment", 1, index.market(resource).service_rate("transit-gateway-attachment")
    )


def price_load_balancer(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an application or network load balancer and its public addresses; capacity units are usage."""
    inputs = inputs_of(resource)
    kind = inputs["loadBalancerType"].text("application")
    items = {"application": "alb-hour", "network": "nlb-hour"}
    if kind not in items:
        raise Unpriceable("unpriced", f"load balancers of type {shown(kind)} have no price in the catalogue")
    if not inputs["minimumLoadBalancerCapacity"].absent:
        raise Unpriceable("unpriced", "reserved load balancer capacity has no price in the catalogue")
    market = index.market(resource)
    charges.add_hours("load balancer", 1, market.service_rate(items[kind]))
    if inputs["internal"].flag(default=False):
        return
    subnets, mappings = inputs["subnets"], inputs["subnetMappings"]
    given = not (subnets.absent and mappings.absent)
    unlisted = subnets.unknown or mappings.unknown
    zones = MOST_ZONES
    if given and not unlisted:
        zones = max(1, len(subnets.items()) + len(mappings.items()))
    owned = sum(1 for m in ([] if unlisted else mappings.items()) if not m["allocationId"].absent)
    add_public_addresses(charges, market, zones - owned)


def add_public_addresses(charges: Charges, market: Market, zones: int) -> None:
    """Add the public addresses of something that has one in each zone."""
    if zones > 0:
        charges.add_hours("public addresses", zones, market.service_rate("public-ipv4"))


def zones_of(index: Index) -> int:
    """Count the zones that the graph's subnets lie in; the most there can be where they do not say."""
    zones: set[str] = set()
    for subnet in index.of_type(SUBNET):
        zone = subnet.inputs.get("availabilityZone")
        if not isinstance(zone, str):
            return MOST_ZONES
        zones.add(zone)
    return len(zones) or MOST_ZONES


def price_volume(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an EBS volume."""
    inputs = inputs_of(resource)
    if not inputs["volumeInitializationRate"].absent:
        raise Unpriceable("unpriced", "volumeInitializationRate is billed, and has no price in the catalogue")
    if inputs["size"].absent and not inputs["snapshotId"].absent:
        raise Unpriceable("unpriced", "its size is that of a snapshot that is not known; give a size")
    names = DiskNames("type", "size")
    add_disk(charges, index.market(resource), read_disk(inputs, names, "gp2", None))


def add_disk(charges: Charges, market: Market, disk: Disk, count: int = 1) -> None:
    """Add what a number of equal volumes bill."""
    for item, amount in usage_of([disk]).items():
        charges.add(f"volume {item}", amount * count, market.service_rate(item))


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


def price_zone(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a hosted zone."""
    charges.add("hosted zone", 1, index.market(resource).service_rate("route53-zone"))


def price_alarm(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a metric alarm: per metric that it watches, three times as much with anomaly detection."""
    inputs = inputs_of(resource)
    queries = inputs["metricQueries"].items()
    periods = [inputs["period"], *(q["metric"]["period"] for q in queries), *(q["period"] for q in queries)]
    fast = any(p.count(HIGH_RESOLUTION_S) < HIGH_RESOLUTION_S for p in periods)
    item = "cloudwatch-alarm-high-res" if fast else "cloudwatch-alarm-standard"
    metrics = max(1, sum(1 for q in queries if not q["metric"].absent))
    if not inputs["thresholdMetricId"].absent:
        metrics *= 3
    charges.add("alarm metrics", metrics, index.market(resource).service_rate(item))


def price_lustre(resource: Resource, index: Index, charges: Charges) -> None:
    """Price an FSx for Lustre file system of the one class that the catalogue has a price for."""
    inputs = inputs_of(resource)
    kind = inputs["deploymentType"].text("SCRATCH_1")
    throughput = inputs["perUnitStorageThroughput"].count(0)
    if (kind, throughput) != ("PERSISTENT_2", 125) or not inputs["metadataConfiguration"].absent:
        raise Unpriceable("unpriced", "only PERSISTENT_2 at 125 MB/s per TiB has a price in the catalogue")
    gib = Decimal(inputs["storageCapacity"].required().count())
    charges.add(
        "Lustre storage", gib, index.market(resource).service_rate("fsx-lustre-persistent2-125"), BOTH
    )


def price_file_system(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know an EFS file system to bill by use, unless throughput is provisioned."""
    if inputs_of(resource)["throughputMode"].text("bursting") == "provisioned":
        raise Unpriceable("unpriced", "provisioned EFS throughput has no price in the catalogue")
    charges.free("an EFS file system costs nothing empty", "stored bytes and throughput")


def price_vpc(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a VPC to be free, unless it makes every instance in it dedicated."""
    if inputs_of(resource)["instanceTenancy"].text("default") != "default":
        raise Unpriceable(
            "unpriced", "instanceTenancy makes every instance in the VPC dedicated, which has no price here"
        )
    charges.free("a VPC has no charge")


def price_table(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know an on-demand DynamoDB table to bill by use; provisioned capacity has no price here."""
    if inputs_of(resource)["billingMode"].text("PROVISIONED") != "PAY_PER_REQUEST":
        raise Unpriceable("unpriced", "provisioned DynamoDB capacity has no price in the catalogue")
    charges.free("an on-demand table costs nothing unused", "requests and stored bytes")


def price_parameter(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a standard parameter to be free; advanced ones bill by the month."""
    if inputs_of(resource)["tier"].text("Standard") != "Standard":
        raise Unpriceable("unpriced", "advanced parameters have no price in the catalogue")
    charges.free("a standard parameter has no charge")


def price_certificate(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a public certificate to be free; private and exportable ones are not."""
    inputs = inputs_of(resource)
    exported = inputs["options"]["export"].text("DISABLED") != "DISABLED"
    if exported or not inputs["certificateAuthorityArn"].absent:
        raise Unpriceable("unpriced", "private and exportable certificates have no price in the catalogue")
    charges.free("a public certificate has no charge")


def price_scaling_policy(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a scaling policy to stay within its group's maximum, unless it may raise that."""
    predictive = inputs_of(resource)["predictiveScalingConfiguration"]
    behaviour = predictive["maxCapacityBreachBehavior"].text("HonorMaxCapacity")
    if behaviour != "HonorMaxCapacity":
        raise Unpriceable("unlimited", "the policy may raise its group's maximum size")
    charges.free("it scales within the sizes of its group")


def price_function(resource: Resource, _index: Index, charges: Charges) -> None:
    """Know a function to bill by use, unless it runs on instances of its own."""
    if not inputs_of(resource)["capacityProviderConfig"].absent:
        raise Unpriceable("unpriced", "Lambda's managed instances have no price in the catalogue")
    charges.free("a function costs nothing unused", "invocations and their seconds")
