"""Type tokens are written here, once each: what Pulumi calls what prices and rules are about."""

from plimsoll.graph.resource import Resource

STACK = "pulumi:pulumi:Stack"
AWS_PROVIDER = "pulumi:providers:aws"
KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"

COMPONENTS = "plimsoll:index:"
"""How the types of Plimsoll's own components begin."""
WORKLOAD_COMPONENT = "plimsoll:index:Workload"
SHARED_NODES_COMPONENT = "plimsoll:index:SharedNodes"
CLUSTER_COMPONENT = "plimsoll:index:Cluster"
ADDONS_COMPONENT = "plimsoll:index:Addons"

# EC2 and EKS: what starts instances, and what it starts them from.
INSTANCE = "aws:ec2/instance:Instance"
SPOT_REQUEST = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
SPOT_FLEET = "aws:ec2/spotFleetRequest:SpotFleetRequest"
FLEET = "aws:ec2/fleet:Fleet"
RESERVATION = "aws:ec2/capacityReservation:CapacityReservation"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
LAUNCH_CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
AUTOSCALING_GROUP = "aws:autoscaling/group:Group"
SCALING_SCHEDULE = "aws:autoscaling/schedule:Schedule"
SCALING_TARGET = "aws:appautoscaling/target:Target"
SCALING_POLICY = "aws:autoscaling/policy:Policy"
CLOUDFORMATION_STACK = "aws:cloudformation/stack:Stack"
CLUSTER = "aws:eks/cluster:Cluster"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
FARGATE_PROFILE = "aws:eks/fargateProfile:FargateProfile"
ADDON = "aws:eks/addon:Addon"
ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry"
POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

# Networks.
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ELASTIC_IP = "aws:ec2/eip:Eip"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
VPC_ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPN_CONNECTION = "aws:ec2/vpnConnection:VpnConnection"
RESOLVER_ENDPOINT = "aws:route53/resolverEndpoint:ResolverEndpoint"
CLASSIC_BALANCERS = ("aws:elb/loadBalancer:LoadBalancer",)
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WEB_ACL_RULE = "aws:wafv2/webAclRule:WebAclRule"
WEB_ACL_GROUP = "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"
RULE_GROUP = "aws:wafv2/ruleGroup:RuleGroup"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
API_STAGE = "aws:apigateway/stage:Stage"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LOAD_BALANCERS = (LOAD_BALANCER, "aws:alb/loadBalancer:LoadBalancer")

# Storage.
VOLUME = "aws:ebs/volume:Volume"
FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"
LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
BUCKET = "aws:s3/bucket:Bucket"
SERVERLESS_CACHE = "aws:elasticache/serverlessCache:ServerlessCache"
TABLE = "aws:dynamodb/table:Table"
TABLE_INDEX = "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"
TABLE_REPLICA = "aws:dynamodb/tableReplica:TableReplica"

# Managed services that rent nodes.
DB_INSTANCE = "aws:rds/instance:Instance"
CACHE_CLUSTER = "aws:elasticache/cluster:Cluster"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
SEARCH_DOMAINS = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
KAFKA_CLUSTER = "aws:msk/cluster:Cluster"
MQ_BROKER = "aws:mq/broker:Broker"
STREAM = "aws:kinesis/stream:Stream"
NEPTUNE_CLUSTER = "aws:neptune/cluster:Cluster"
NEPTUNE_INSTANCE = "aws:neptune/clusterInstance:ClusterInstance"
WAREHOUSE = "aws:redshift/cluster:Cluster"

# Services.
ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
QUEUE = "aws:sqs/queue:Queue"
EVENT_RULE = "aws:cloudwatch/eventRule:EventRule"
AWS_BUDGET = "aws:budgets/budget:Budget"
CERTIFICATE = "aws:acm/certificate:Certificate"
METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
KMS_KEYS = (
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)
CONVERSION_QUEUE = "aws:mediaconvert/queue:Queue"
FUNCTION = "aws:lambda/function:Function"
SECRET_STORE = "aws:secretsmanager/secret:Secret"  # noqa: S105 - a type, not a password
PARAMETER = "aws:ssm/parameter:Parameter"
SAGEMAKER_ENDPOINT = "aws:sagemaker/endpoint:Endpoint"

# Karpenter and EKS Auto Mode.
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NODE_POOLS = (NODE_POOL, "kubernetes:karpenter.sh/v1beta1:NodePool")
NODE_OVERLAYS = tuple(
    f"kubernetes:karpenter.sh/{version}:NodeOverlay" for version in ("v1alpha1", "v1beta1", "v1")
)
EC2_NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
EC2_NODE_CLASSES = (EC2_NODE_CLASS, "kubernetes:karpenter.k8s.aws/v1beta1:EC2NodeClass")
AUTO_NODE_CLASS = "kubernetes:eks.amazonaws.com/v1:NodeClass"

# Workloads, and what scales and bounds them.
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
LEADER_WORKER_SET = "kubernetes:leaderworkerset.x-k8s.io/v1:LeaderWorkerSet"
POD_AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
SCALED_OBJECT = "kubernetes:keda.sh/v1alpha1:ScaledObject"
AUTOSCALERS = ("kubernetes:autoscaling/v1:HorizontalPodAutoscaler", POD_AUTOSCALER, SCALED_OBJECT)
RESOURCE_QUOTA = "kubernetes:core/v1:ResourceQuota"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
ATTRIBUTES_CLASSES = tuple(
    f"kubernetes:storage.k8s.io/{version}:VolumeAttributesClass" for version in ("v1", "v1beta1", "v1alpha1")
)
ADMISSION_POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
ADMISSION_BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding"

# What renders objects that the graph may not show.
HELM_RELEASE = "kubernetes:helm.sh/v3:Release"
RENDERERS = (
    "kubernetes:helm.sh/v2:Chart",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v4:Chart",
    "kubernetes:kustomize:Directory",
    "kubernetes:kustomize/v2:Directory",
    "kubernetes:yaml:ConfigFile",
    "kubernetes:yaml:ConfigGroup",
    "kubernetes:yaml/v2:ConfigFile",
    "kubernetes:yaml/v2:ConfigGroup",
)


def is_kubernetes(resource: Resource) -> bool:
    """Tell whether a resource is an object of Kubernetes."""
    return resource.type.startswith("kubernetes:")


def kind_of(resource: Resource) -> tuple[str, str]:
    """Split the type of an object of Kubernetes into API group ("" is core) and kind; else empty texts."""
    token, _, kind = resource.type.rpartition(":")
    if not token.startswith("kubernetes:"):
        return "", ""
    group, _, version = token.removeprefix("kubernetes:").rpartition("/")
    return ("" if group == "core" else group), (kind if version else "")


def is_kind(resource: Resource, *kinds: str) -> bool:
    """Tell whether a resource is a Kubernetes object of one of some kinds, of any group and version."""
    return is_kubernetes(resource) and resource.type.rpartition(":")[2] in kinds
