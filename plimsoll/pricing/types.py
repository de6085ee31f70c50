"""Every resource type is priced, free, billed by use, covered by pools, or refused; nothing falls through."""

from collections.abc import Mapping

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import (
    ADDON,
    API_STAGE,
    AUTOSCALING_GROUP,
    CACHE_CLUSTER,
    CERTIFICATE,
    CLASSIC_BALANCERS,
    CLOUDFORMATION_STACK,
    CLUSTER,
    CONVERSION_QUEUE,
    DB_INSTANCE,
    DISTRIBUTION,
    FARGATE_PROFILE,
    FILE_SYSTEM,
    FLEET,
    FUNCTION,
    HELM_RELEASE,
    INSTANCE,
    KAFKA_CLUSTER,
    KMS_KEYS,
    LOAD_BALANCERS,
    LUSTRE,
    METRIC_ALARM,
    MQ_BROKER,
    NAT_GATEWAY,
    NEPTUNE_CLUSTER,
    NEPTUNE_INSTANCE,
    NODE_GROUP,
    PARAMETER,
    RENDERERS,
    REPLICATION_GROUP,
    RESERVATION,
    RESOLVER_ENDPOINT,
    RULE_GROUP,
    SCALING_POLICY,
    SCALING_SCHEDULE,
    SCALING_TARGET,
    SEARCH_DOMAINS,
    SECRET_STORE,
    SERVERLESS_CACHE,
    SPOT_FLEET,
    SPOT_REQUEST,
    STREAM,
    TABLE,
    TABLE_INDEX,
    TABLE_REPLICA,
    VOLUME,
    VPC,
    VPC_ENDPOINT,
    VPN_CONNECTION,
    WAREHOUSE,
    WEB_ACL,
    WEB_ACL_GROUP,
    WEB_ACL_RULE,
)
from plimsoll.pricing.aws.autoscaling_group import price_group, price_schedule
from plimsoll.pricing.aws.classified import price_classified
from plimsoll.pricing.aws.cluster import price_addon, price_cluster
from plimsoll.pricing.aws.ec2_fleet import price_fleet, price_spot_fleet
from plimsoll.pricing.aws.flat import BY_THE_HOUR, BY_THE_MONTH, price_hours, price_month
from plimsoll.pricing.aws.front_doors import (
    price_distribution,
    price_rule,
    price_rules,
    price_stage,
    price_web_acl,
)
from plimsoll.pricing.aws.instance import price_instance, price_reservation
from plimsoll.pricing.aws.managed.brokers import price_broker, price_kafka
from plimsoll.pricing.aws.managed.caches import (
    price_cache_cluster,
    price_replication_group,
    price_serverless_cache,
)
from plimsoll.pricing.aws.managed.graph_databases import price_graph_cluster, price_graph_instance
from plimsoll.pricing.aws.managed.rds import price_db_instance
from plimsoll.pricing.aws.managed.search import price_domain
from plimsoll.pricing.aws.managed.streams import price_stream
from plimsoll.pricing.aws.managed.tables import price_table, price_table_index, price_table_replica
from plimsoll.pricing.aws.managed.warehouses import price_warehouse
from plimsoll.pricing.aws.network import (
    price_classic_balancer,
    price_endpoint,
    price_load_balancer,
    price_nat_gateway,
    price_resolver,
    price_vpc,
    price_vpn,
)
from plimsoll.pricing.aws.node_group import price_node_group
from plimsoll.pricing.aws.scaling import price_scaling_policy, price_target
from plimsoll.pricing.aws.services import (
    price_alarm,
    price_certificate,
    price_conversion_queue,
    price_function,
    price_key,
    price_parameter,
    price_secret,
)
from plimsoll.pricing.aws.stack_template import price_stack
from plimsoll.pricing.aws.storage import price_file_system, price_lustre, price_volume
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.custom import price_custom
from plimsoll.pricing.fargate import price_profile
from plimsoll.pricing.foreign import price_foreign
from plimsoll.pricing.index import Index
from plimsoll.pricing.kubernetes.helm import price_release, price_renderer
from plimsoll.pricing.kubernetes.instead import instead
from plimsoll.pricing.kubernetes.kinds import Pricing, price_kubernetes, runs_pods
from plimsoll.pricing.pods import price_pods
from plimsoll.pricing.result import Unpriceable

PRICED: Mapping[str, Pricing] = {
    # What starts instances.
    CLUSTER: price_cluster,
    NODE_GROUP: price_node_group,
    AUTOSCALING_GROUP: price_group,
    SCALING_SCHEDULE: price_schedule,
    SCALING_POLICY: price_scaling_policy,
    SCALING_TARGET: price_target,
    CLOUDFORMATION_STACK: price_stack,
    INSTANCE: price_instance,
    SPOT_REQUEST: price_instance,
    RESERVATION: price_reservation,
    SPOT_FLEET: price_spot_fleet,
    FLEET: price_fleet,
    ADDON: price_addon,
    FARGATE_PROFILE: price_profile,
    # Networks.
    VPC: price_vpc,
    VPC_ENDPOINT: price_endpoint,
    NAT_GATEWAY: price_nat_gateway,
    VPN_CONNECTION: price_vpn,
    RESOLVER_ENDPOINT: price_resolver,
    **dict.fromkeys(LOAD_BALANCERS, price_load_balancer),
    **dict.fromkeys(CLASSIC_BALANCERS, price_classic_balancer),
    DISTRIBUTION: price_distribution,
    API_STAGE: price_stage,
    WEB_ACL: price_web_acl,
    RULE_GROUP: price_rules,
    WEB_ACL_RULE: price_rule,
    WEB_ACL_GROUP: price_rule,
    # Storage.
    VOLUME: price_volume,
    FILE_SYSTEM: price_file_system,
    LUSTRE: price_lustre,
    # Managed services that rent nodes.
    SERVERLESS_CACHE: price_serverless_cache,
    TABLE: price_table,
    TABLE_INDEX: price_table_index,
    TABLE_REPLICA: price_table_replica,
    DB_INSTANCE: price_db_instance,
    CACHE_CLUSTER: price_cache_cluster,
    REPLICATION_GROUP: price_replication_group,
    **dict.fromkeys(SEARCH_DOMAINS, price_domain),
    KAFKA_CLUSTER: price_kafka,
    MQ_BROKER: price_broker,
    STREAM: price_stream,
    NEPTUNE_CLUSTER: price_graph_cluster,
    NEPTUNE_INSTANCE: price_graph_instance,
    WAREHOUSE: price_warehouse,
    # Managed services by the piece.
    **dict.fromkeys(BY_THE_HOUR, price_hours),
    **dict.fromkeys(BY_THE_MONTH, price_month),
    CERTIFICATE: price_certificate,
    CONVERSION_QUEUE: price_conversion_queue,
    FUNCTION: price_function,
    **dict.fromkeys(KMS_KEYS, price_key),
    METRIC_ALARM: price_alarm,
    PARAMETER: price_parameter,
    SECRET_STORE: price_secret,
    # What renders objects of Kubernetes.
    HELM_RELEASE: price_release,
    **dict.fromkeys(RENDERERS, price_renderer),
}


def price_known_type(resource: Resource, index: Index, charges: Charges) -> None:
    """Price a resource by its type; a type that nobody knows is refused."""
    pricing = PRICED.get(resource.type)
    if pricing is not None:
        pricing(resource, index, charges)
    elif other := instead(resource):
        raise Unpriceable("unpriced", other)
    elif price_classified(resource, charges):
        return
    elif runs_pods(resource.type):
        price_pods(resource, index, charges)
    elif not (
        price_kubernetes(resource, index, charges)
        or price_custom(resource, index, charges)
        or price_foreign(resource, charges)
    ):
        raise Unpriceable(
            "unpriced", f"resources of type {resource.type[:100]!a} are neither priced nor known to be free"
        )
