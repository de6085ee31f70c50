"""An AWS type that no file here prices is what the catalogue says: free, by use, or without a price.

What bills by use (requests, traffic, stored bytes) is named in the report and is in no total. Only a type
that the catalogue calls so is; a type that it does not know is refused.
"""

from collections.abc import Mapping

from plimsoll.catalog.resource_types import Billing, resource_types, tokens_by_kind
from plimsoll.graph.resource import Resource
from plimsoll.pricing.charges import Charges
from plimsoll.pricing.result import Unpriceable

AWS = "aws:"
NATIVE = "aws-native:"

_PART = "it is billed with the resource that it is part of"
_CONFIGURES = "it only configures another resource"

KNOWN_BETTER: Mapping[str, tuple[Billing, str]] = {
    # The catalogue calls these by use for another list's sake; each stands beside a resource that bills.
    "aws:ec2/eipAssociation:EipAssociation": ("free", _PART),
    "aws:ec2/subnet:Subnet": ("free", _PART),
    "aws:ec2transitgateway/transitGateway:TransitGateway": ("free", "its attachments bill, one by one"),
    "aws:directconnect/gatewayAssociation:GatewayAssociation": ("free", _PART),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ("free", _CONFIGURES),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ("free", _CONFIGURES),
    "aws:globalaccelerator/endpointGroup:EndpointGroup": ("free", _PART),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ("free", _CONFIGURES),
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2": ("free", _CONFIGURES),
    "aws:s3/bucketVersioning:BucketVersioning": ("free", _CONFIGURES),
    "aws:s3/bucketVersioningV2:BucketVersioningV2": ("free", _CONFIGURES),
    # The first edition of the type is in the catalogue as free.
    "aws:s3/bucketRequestPaymentConfigurationV2:BucketRequestPaymentConfigurationV2": ("free", _CONFIGURES),
    "aws:route53/recordsExclusive:RecordsExclusive": ("free", "it only removes records"),
    # By use by the service they belong to, and yet they bill by the hour from the day they exist.
    "aws:athena/capacityReservation:CapacityReservation": ("fixed-price", "reserved DPU-hours"),
    "aws:cloudfront/anycastIpList:AnycastIpList": ("fixed-price", "a set of addresses by the month"),
    "aws:glue/devEndpoint:DevEndpoint": ("fixed-price", "DPU-hours while it exists"),
    "aws:odb/autonomousDatabase:AutonomousDatabase": ("fixed-price", "OCPU-hours"),
    "aws:ebs/volumeCopy:VolumeCopy": ("fixed-price", "a volume of its own by the month"),
    "aws:finspace/kxVolume:KxVolume": ("fixed-price", "provisioned storage by the month"),
    "aws:msk/serverlessCluster:ServerlessCluster": (
        "fixed-price",
        "the cluster and its partitions by the hour",
    ),
    "aws:connect/phoneNumber:PhoneNumber": ("fixed-price", "a number by the day"),
    "aws:pinpoint/smsvoicev2PhoneNumber:Smsvoicev2PhoneNumber": ("fixed-price", "a number by the month"),
    "aws:pinpoint/smsvoicev2SenderId:Smsvoicev2SenderId": (
        "opaque",
        "a sender bills by the month in some countries",
    ),
    "aws:networkmonitor/probe:Probe": ("fixed-price", "what it monitors by the hour"),
    "aws:networkflowmonitor/monitor:Monitor": ("fixed-price", "what it monitors by the hour"),
    # Free by the shape of their names, and yet they are or enlarge what bills by the hour or the month.
    "aws:autoscalingplans/scalingPlan:ScalingPlan": ("opaque", "it sets the sizes of what it scales"),
    "aws:cloudfront/monitoringSubscription:MonitoringSubscription": ("fixed-price", "metrics by the month"),
    "aws:finspace/kxScalingGroup:KxScalingGroup": ("fixed-price", "a host by the hour"),
    "aws:lambda/functionScalingConfig:FunctionScalingConfig": (
        "fixed-price",
        "environments that are kept on a capacity provider",
    ),
    "aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment": (
        "fixed-price",
        "edges of the core network by the hour",
    ),
    "aws:opensearch/serverlessCollectionGroup:ServerlessCollectionGroup": (
        "fixed-price",
        "capacity units that are kept by the hour",
    ),
    "aws:pricingplanmanager/subscription:Subscription": ("fixed-price", "a plan by the month"),
    "aws:redshift/scheduledAction:ScheduledAction": ("opaque", "it may resize a cluster"),
    # Their creation starts instances that bill until the work is done, which nothing in the graph bounds.
    "aws:sagemaker/hyperParameterTuningJob:HyperParameterTuningJob": ("opaque", "it starts ml.* instances"),
    "aws:sagemaker/trainingJob:TrainingJob": ("opaque", "it starts ml.* instances"),
    "aws:lambdamicrovms/microvm:Microvm": ("opaque", "it runs from its creation until somebody ends it"),
}
"""Types of which more is known than the catalogue's class says: their class, and why."""

_SERVICES: Mapping[str, str] = {
    "certificatemanager": "acm",
    "elasticloadbalancingv2": "lb",
    "events": "cloudwatch",
    "logs": "cloudwatch",
    "opensearchservice": "opensearch",
    "stepfunctions": "sfn",
}
"""What the aws-native provider calls services that the aws provider files elsewhere."""


def price_classified(resource: Resource, charges: Charges) -> bool:
    """Answer for a type of the AWS provider by its class; False for types of other providers.

    Raises:
        Unpriceable: the type is not free and has no price here, or nobody knows what it bills.
    """
    if resource.type.startswith(NATIVE):
        raise Unpriceable("unpriced", native_refusal(resource.type))
    if not resource.type.startswith(AWS):
        return False
    billing, words = class_of(resource.type)
    if billing == "free":
        charges.free(words or "it has no charge")
    elif billing == "usage-billed":
        charges.by_use(words)
    else:
        raise Unpriceable("unpriced", _refusal(resource.type, billing, words))
    return True


def class_of(token: str) -> tuple[Billing | None, str]:
    """Say how a type bills, and what in words; None for a type that nobody knows."""
    better = KNOWN_BETTER.get(token)
    if better is not None:
        return better
    known = resource_types().get(token)
    return (None, "") if known is None else (known.billing, known.bills)


def _refusal(token: str, billing: Billing | None, words: str) -> str:
    if billing is None:
        return f"resources of type {token[:100]!a} are neither priced nor known to be free"
    if billing == "fixed-price":
        return f"it bills by existing ({words}), which has no price here"
    return words or f"nobody has looked at what {token[:100]!a} bills, so it counts as unknown"


def native_refusal(token: str) -> str:
    """Say that the aws-native provider is not read, and what the aws provider calls the type."""
    classic = classic_name(token)
    instead = f"; the aws provider has {classic}, which is read" if classic else "; use the aws provider"
    return f"resources of the aws-native provider are not read{instead}"


def classic_name(token: str) -> str:
    """Find the aws provider's token for one of the aws-native provider; "" if none is certain."""
    service, _, kind = token.removeprefix(NATIVE).partition(":")
    home = _SERVICES.get(service, service)
    spellings = dict.fromkeys((kind.lower(), kind.removeprefix("Db").lower()))
    candidates = [each for spelling in spellings for each in tokens_by_kind().get(spelling, ())]
    here = [each for each in candidates if each.startswith(f"{AWS}{home}/")]
    return here[0] if here else ""
