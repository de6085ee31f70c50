"""What managed services cost for existing, each with the trap that makes it cost more than it seems."""

from decimal import Decimal
from typing import Any

import pytest

from plimsoll.catalog.tables import load
from plimsoll.ground.units import to_cent
from plimsoll.pricing import Priced
from tests.make.graphs import resource
from tests.make.prices import only_problem, priced

CATALOG = load()
HOURS = 730


def cost(token: str, **inputs: Any) -> Priced:
    return priced(resource(token, **inputs), catalog=CATALOG)


def usd(item: str) -> Decimal:
    found = CATALOG.service(item, "us-east-1")
    assert found is not None, item
    return found.price.usd


def hours(count: int, item: str) -> Decimal:
    return to_cent(count * HOURS * usd(item))


DB = "aws:rds/instance:Instance"
POSTGRES = {"engine": "postgres", "instanceClass": "db.t3.large", "allocatedStorage": 100}
CACHE, GROUP = "aws:elasticache/cluster:Cluster", "aws:elasticache/replicationGroup:ReplicationGroup"
DOMAIN, KAFKA = "aws:opensearch/domain:Domain", "aws:msk/cluster:Cluster"
STREAM, TABLE = "aws:kinesis/stream:Stream", "aws:dynamodb/table:Table"
WAREHOUSE = "aws:redshift/cluster:Cluster"
MANAGED = {"managedRuleGroupStatement": {"name": "AWSManagedRulesCommonRuleSet", "vendorName": "AWS"}}


PRICED: list[tuple[str, dict[str, Any], Decimal]] = [
    (DB, POSTGRES, hours(1, "rds-postgres-db.t3.large-single-az") + Decimal("11.50")),
    (
        DB,
        POSTGRES | {"multiAz": True},
        hours(1, "rds-postgres-db.t3.large-multi-az") + Decimal("23.00"),
    ),
    (
        DB,
        POSTGRES | {"storageType": "io1", "iops": 1000},
        hours(1, "rds-postgres-db.t3.large-single-az") + Decimal("12.50") + 1000 * usd("rds-iops-io1"),
    ),
    (
        DB,
        POSTGRES | {"publiclyAccessible": True, "manageMasterUserPassword": True},
        hours(1, "rds-postgres-db.t3.large-single-az") + Decimal("11.50") + Decimal("3.65") + Decimal("0.40"),
    ),
    (
        GROUP,
        {
            "nodeType": "cache.r6g.large",
            "nodeGroupConfigurations": [{"replicaCount": 2}, {"replicaCount": 0}],
        },
        hours(4, "elasticache-redis-cache.r6g.large"),
    ),
    (
        WAREHOUSE,
        {"nodeType": "dc2.large", "publiclyAccessible": True},
        hours(1, "redshift-dc2.large") + hours(2, "public-ipv4"),
    ),
    (
        CACHE,
        {"engine": "redis", "nodeType": "cache.t3.micro"},
        hours(1, "elasticache-redis-cache.t3.micro"),
    ),
    (
        CACHE,
        {"engine": "memcached", "nodeType": "cache.t3.small", "numCacheNodes": 3},
        hours(3, "elasticache-memcached-cache.t3.small"),
    ),
    (
        GROUP,
        {"nodeType": "cache.r6g.large", "numNodeGroups": 2, "replicasPerNodeGroup": 1},
        hours(4, "elasticache-redis-cache.r6g.large"),
    ),
    (
        GROUP,
        {"engine": "valkey", "nodeType": "cache.r6g.large", "numCacheClusters": 3},
        hours(3, "elasticache-valkey-cache.r6g.large"),
    ),
    (
        DOMAIN,
        {
            "clusterConfig": {
                "instanceType": "r6gd.large.search",
                "instanceCount": 3,
                "dedicatedMasterEnabled": True,
                "dedicatedMasterType": "m6g.large.search",
            }
        },
        hours(3, "opensearch-r6gd.large.search") + hours(3, "opensearch-m6g.large.search"),
    ),
    (
        KAFKA,
        {"numberOfBrokerNodes": 3, "brokerNodeGroupInfo": {"instanceType": "express.m7g.large"}},
        hours(3, "msk-broker-express.m7g.large"),
    ),
    (
        "aws:mq/broker:Broker",
        {
            "engineType": "RabbitMQ",
            "hostInstanceType": "mq.m5.large",
            "deploymentMode": "CLUSTER_MULTI_AZ",
        },
        hours(1, "mq-rabbitmq-mq.m5.large-cluster"),
    ),
    (
        "aws:neptune/clusterInstance:ClusterInstance",
        {"instanceClass": "db.r6g.large"},
        hours(1, "neptune-db.r6g.large"),
    ),
    (WAREHOUSE, {"nodeType": "ra3.xlplus", "numberOfNodes": 2}, hours(2, "redshift-ra3.xlplus")),
    (STREAM, {"shardCount": 4}, hours(4, "kinesis-shard")),
    (
        STREAM,
        {"shardCount": 2, "shardLevelMetrics": ["ALL"]},
        hours(2, "kinesis-shard") + 14 * usd("cloudwatch-custom-metric"),
    ),
    (
        STREAM,
        {"streamModeDetails": {"streamMode": "ON_DEMAND"}},
        hours(1, "kinesis-ondemand-stream"),
    ),
    (
        TABLE,
        {
            "readCapacity": 100,
            "writeCapacity": 50,
            "globalSecondaryIndexes": [{"readCapacity": 10, "writeCapacity": 5}],
        },
        hours(110, "dynamodb-rcu") + hours(55, "dynamodb-wcu"),
    ),
    (
        "aws:efs/fileSystem:FileSystem",
        {"throughputMode": "provisioned", "provisionedThroughputInMibps": 10},
        Decimal(60),
    ),
    (
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        {"deploymentType": "PERSISTENT_1", "perUnitStorageThroughput": 50, "storageCapacity": 1200},
        1200 * usd("fsx-lustre-persistent1-50"),
    ),
    ("aws:wafv2/webAcl:WebAcl", {"rules": [{"statement": MANAGED}, {"statement": {}}]}, Decimal(7)),
    ("aws:wafv2/ruleGroup:RuleGroup", {"rules": [{"statement": {}}]}, Decimal(1)),
    (
        "aws:apigateway/stage:Stage",
        {"cacheClusterEnabled": True, "cacheClusterSize": "0.5"},
        hours(1, "apigateway-cache-0.5"),
    ),
    ("aws:elb/loadBalancer:LoadBalancer", {"internal": True}, hours(1, "clb-hour")),
    (
        "aws:elb/loadBalancer:LoadBalancer",
        {"subnets": ["a", "b"]},
        hours(1, "clb-hour") + hours(2, "public-ipv4"),
    ),
    ("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "gateway"}, hours(1, "gwlb-hour")),
    (
        "aws:ec2/vpnConnection:VpnConnection",
        {"transitGatewayId": "tgw-1"},
        hours(1, "site-to-site-vpn") + hours(1, "transit-gateway-vpn-attachment"),
    ),
    (
        "aws:route53/resolverEndpoint:ResolverEndpoint",
        {"ipAddresses": [{}] * 3},
        hours(3, "route53-resolver-eni"),
    ),
    ("aws:cloudhsmv2/hsm:Hsm", {}, hours(1, "cloudhsm-hsm")),
    ("aws:cloudwatch/compositeAlarm:CompositeAlarm", {}, Decimal("0.50")),
    ("aws:vpclattice/service:Service", {}, hours(1, "vpc-lattice-service")),
]


@pytest.mark.parametrize(("token", "inputs", "ceiling"), PRICED)
def test_what_a_service_rents_has_its_price(token: str, inputs: dict[str, Any], ceiling: Decimal) -> None:
    found = cost(token, **inputs)
    assert found.cannot_price == ()
    assert found.ceiling == ceiling
    assert found.floor == ceiling


def test_nodes_and_addresses_that_stand_deep_in_the_inputs_are_counted() -> None:
    nodes = {"enabled": True, "count": 3, "type": "m6g.large.search"}
    cluster = {
        "instanceType": "r6gd.large.search",
        "nodeOptions": [{"nodeType": "coordinator", "nodeConfig": nodes}],
    }
    found = cost(DOMAIN, clusterConfig=cluster)
    assert found.ceiling == hours(1, "opensearch-r6gd.large.search") + hours(3, "opensearch-m6g.large.search")
    access = {"publicAccess": {"type": "SERVICE_PROVIDED_EIPS"}}
    info = {"instanceType": "express.m7g.large", "connectivityInfo": access}
    brokers = cost(KAFKA, numberOfBrokerNodes=3, brokerNodeGroupInfo=info)
    assert brokers.ceiling == hours(3, "msk-broker-express.m7g.large") + hours(3, "public-ipv4")


def test_storage_that_grows_by_itself_counts_to_its_maximum_in_the_ceiling() -> None:
    found = cost(DB, **POSTGRES, maxAllocatedStorage=1000)
    assert found.ceiling is not None
    assert found.floor is not None
    assert found.ceiling - found.floor == 900 * usd("rds-storage-gp2")


def test_a_scaling_target_counts_the_capacity_that_it_may_reach() -> None:
    table = resource(TABLE, "orders", name="orders", readCapacity=10, writeCapacity=10)
    target = resource(
        "aws:appautoscaling/target:Target",
        serviceNamespace="dynamodb",
        scalableDimension="dynamodb:table:ReadCapacityUnits",
        resourceId="table/orders",
        maxCapacity=100,
        minCapacity=10,
    )
    found = priced(table, target, catalog=CATALOG)
    assert found.ceiling == hours(10, "dynamodb-rcu") + hours(10, "dynamodb-wcu") + hours(90, "dynamodb-rcu")
    assert found.floor == hours(10, "dynamodb-rcu") + hours(10, "dynamodb-wcu")
    assert priced(target, catalog=CATALOG).ceiling == hours(100, "dynamodb-rcu")


@pytest.mark.parametrize(
    ("token", "inputs", "word"),
    [
        (DB, POSTGRES | {"engine": "oracle-ee"}, "oracle-ee"),
        (DB, POSTGRES | {"engine": None}, "engine"),
        (DB, POSTGRES | {"allocatedStorage": None}, "allocatedStorage"),
        (DB, POSTGRES | {"storageType": "io2", "iops": 3000}, "io2"),
        (DB, POSTGRES | {"storageType": "gp3", "iops": 6000}, "3000 IOPS"),
        (DB, POSTGRES | {"engineVersion": "12.19"}, "extended support"),
        (DB, POSTGRES | {"engine": "mysql", "engineVersion": "8.0.39"}, "extended support"),
        (DB, POSTGRES | {"engineVersion": "latest"}, "not a version"),
        (
            DB,
            POSTGRES | {"performanceInsightsEnabled": True, "performanceInsightsRetentionPeriod": 31},
            "7 days",
        ),
        (DB, POSTGRES | {"instanceClass": "db.z9.large"}, "db.z9.large"),
        (
            CACHE,
            {"engine": "redis", "nodeType": "cache.t3.micro", "engineVersion": "5.0.6"},
            "extended support",
        ),
        (DB, POSTGRES | {"dedicatedLogVolume": True}, "log volume"),
        (STREAM, {"shardCount": 1, "warmThroughputMibPs": 100}, "warm throughput"),
        (GROUP, {"globalReplicationGroupId": "g"}, "nodeType"),
        (
            DOMAIN,
            {"clusterConfig": {"instanceType": "m5.large.search"}, "ebsOptions": {"ebsEnabled": True}},
            "EBS",
        ),
        (DOMAIN, {}, "m4.large"),
        (
            KAFKA,
            {"numberOfBrokerNodes": 3, "brokerNodeGroupInfo": {"instanceType": "kafka.m5.large"}},
            "storage",
        ),
        (STREAM, {"shardCount": 1, "retentionPeriod": 168}, "24 hours"),
        (TABLE, {"readCapacity": 1, "writeCapacity": 1, "replicas": [{"regionName": "x"}]}, "replicas"),
        (
            "aws:wafv2/webAcl:WebAcl",
            {
                "rules": [
                    {"statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesBotControlRuleSet"}}}
                ]
            },
            "BotControl",
        ),
        (
            "aws:cloudfront/distribution:Distribution",
            {"viewerCertificate": {"sslSupportMethod": "vip"}},
            "vip",
        ),
        (
            "aws:appautoscaling/target:Target",
            {"serviceNamespace": "elasticache", "maxCapacity": 9},
            "elasticache",
        ),
        ("aws:docdb/clusterInstance:ClusterInstance", {"instanceClass": "db.r6g.large"}, "by existing"),
    ],
)
def test_what_has_no_price_says_why(token: str, inputs: dict[str, Any], word: str) -> None:
    code, message = only_problem(cost(token, **inputs))
    assert code in ("unpriced", "invalid_value")
    assert word in message


def test_what_is_known_of_a_service_counts_beside_what_is_not() -> None:
    found = cost(DOMAIN, clusterConfig={"instanceType": "m5.large.search"}, ebsOptions={"ebsEnabled": True})
    assert found.known("ceiling") == hours(1, "opensearch-m5.large.search")
    assert found.ceiling is None
