"""The running total: resources priced in the order in which a program registers them."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.graph.resource import Resource
from plimsoll.pricing import Pricer
from plimsoll.pricing.market import PriceBook
from tests.make.graphs import REGION, node_class, node_pool, resource, types_in
from tests.make.prices import CATALOG, priced

TEMPLATE = resource(
    "aws:ec2/launchTemplate:LaunchTemplate",
    "lt",
    name="lt",
    instanceType="g6.xlarge",
    blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 50, "volumeType": "gp3"}}],
)
GROUP = resource(
    "aws:autoscaling/group:Group", "asg", name="asg", minSize=0, maxSize=3, launchTemplate={"name": "lt"}
)
GRAPH = [
    resource("aws:eks/cluster:Cluster", "c", upgradePolicy={"supportType": "STANDARD"}),
    resource(
        "aws:eks/nodeGroup:NodeGroup",
        "g",
        scalingConfig={"minSize": 1, "maxSize": 2},
        instanceTypes=["m7i.large"],
    ),
    node_class(),
    node_pool(types_in("p5.48xlarge"), limits={"nvidia.com/gpu": "8"}),
    resource("kubernetes:karpenter.sh/v1alpha1:NodeOverlay", "o", spec={"capacity": {"nvidia.com/gpu": "4"}}),
    TEMPLATE,
    GROUP,
    resource("aws:autoscaling/schedule:Schedule", "s", autoscalingGroupName="asg", maxSize=5),
    resource("aws:ec2/subnet:Subnet", "public", mapPublicIpOnLaunch=True),
    resource("aws:ec2/eip:Eip", "ip"),
]


def run(resources: list[Resource]) -> tuple[Pricer, list[Decimal]]:
    pricer, totals = Pricer(PriceBook(CATALOG), REGION), []
    for item in resources:
        pricer.add(item)
        totals.append(pricer.total().known("ceiling"))
    return pricer, totals


@settings(max_examples=60, deadline=None)
@given(st.permutations(GRAPH))
def test_whatever_the_order_the_running_total_ends_at_the_whole_and_never_falls(
    order: list[Resource],
) -> None:
    pricer, totals = run(order)
    whole = priced(*GRAPH).ceiling
    assert totals[-1] == whole
    assert totals == sorted(totals)
    assert pricer.total().ceiling == whole


def test_a_pool_waits_for_its_node_class_but_its_nodes_count_at_once() -> None:
    pool = node_pool(types_in("g6.xlarge"), limits={"nodes": "1"})
    pricer = Pricer(PriceBook(CATALOG), REGION)
    ((_, first),) = pricer.add(pool)
    assert [problem.pending for problem in first.cannot_price] == [True]
    assert first.known("ceiling") > 0
    assert [each.type for each, _ in pricer.add(node_class())] == [node_class().type, pool.type]
    assert pricer.total().cannot_price == ()
    assert pricer.total().known("ceiling") > first.known("ceiling")


def test_what_never_arrives_is_refused_in_the_end() -> None:
    settled = priced(node_pool(types_in("g6.xlarge"), limits={"nodes": "1"}))
    assert settled.ceiling is None
    assert [problem.pending for problem in settled.cannot_price] == [False]


def test_a_resource_registered_again_replaces_itself() -> None:
    pricer = Pricer(PriceBook(CATALOG), REGION)
    ip = resource("aws:ec2/eip:Eip", "ip")
    pricer.add(ip)
    pricer.add(replace(ip, inputs={"domain": "vpc"}))
    assert pricer.total().known("ceiling") == Decimal("3.65")


def test_public_subnets_that_a_node_class_selects_bill_an_address_for_each_node() -> None:
    terms = [{"tags": {"karpenter.sh/discovery": "demo"}}]
    tags = {"karpenter.sh/discovery": "demo"}
    pool = node_pool(types_in("g6.xlarge"), limits={"nodes": "1"})
    public = resource("aws:ec2/subnet:Subnet", mapPublicIpOnLaunch=True, tags=tags)
    private = resource("aws:ec2/subnet:Subnet", mapPublicIpOnLaunch=False, tags=tags)
    chosen = node_class(subnetSelectorTerms=terms)
    inside, outside = priced(private, chosen, pool).ceiling, priced(public, chosen, pool).ceiling
    assert inside is not None
    assert outside is not None
    assert outside - inside in (Decimal("4.02"), Decimal("4.01"))  # 1.1 nodes of 730 h at $0.005
    silent = node_class(subnetSelectorTerms=terms, associatePublicIPAddress=False)
    assert priced(public, silent, pool).ceiling == inside
