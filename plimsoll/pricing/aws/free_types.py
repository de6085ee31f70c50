"""Some AWS resource types cost nothing by existing: free ones, and ones that bill by use alone.

A type is here only because its pricing page says so; anything else is refused until somebody looks.
What bills by use (requests, traffic, stored bytes) is named in the report and is in no total.
"""

from collections.abc import Mapping

from plimsoll.graph.types import STACK

FREE_AWS = """
acm: CertificateValidation
alb: Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment
arczonalshift: ZonalAutoshiftConfiguration
autoscaling: Attachment LifecycleHook Notification Tag TrafficSourceAttachment
bcmdata: Export
budgets: Budget
cloudwatch: AlarmMuteRule EventBus EventBusPolicy EventPermission EventRule EventTarget
cloudwatch: LogResourcePolicy LogStream QueryDefinition
costexplorer: AnomalyMonitor AnomalySubscription CostAllocationTag CostCategory
ebs: DefaultKmsKey EncryptionByDefault SnapshotBlockPublicAccess
ec2: CustomerGateway DefaultNetworkAcl DefaultRouteTable DefaultSecurityGroup DefaultSubnet
ec2: DefaultVpc DefaultVpcDhcpOptions EgressOnlyInternetGateway EipAssociation EipDomainName
ec2: ImageBlockPublicAccess InstanceMetadataDefaults InternetGateway InternetGatewayAttachment
ec2: KeyPair LaunchConfiguration LaunchTemplate MainRouteTableAssociation ManagedPrefixList
ec2: ManagedPrefixListEntry NatGatewayEipAssociation NetworkAcl NetworkAclAssociation
ec2: NetworkAclRule NetworkInterface NetworkInterfaceAttachment NetworkInterfacePermission
ec2: NetworkInterfaceSecurityGroupAttachment PlacementGroup Route RouteTable
ec2: RouteTableAssociation SecurityGroup SecurityGroupAssociation SecurityGroupRule
ec2: SerialConsoleAccess Subnet SubnetCidrReservation Tag VolumeAttachment
ec2: VpcBlockPublicAccessExclusion VpcBlockPublicAccessOptions VpcDhcpOptions
ec2: VpcDhcpOptionsAssociation VpcEndpointPolicy VpcEndpointRouteTableAssociation
ec2: VpcIpv4CidrBlockAssociation VpcIpv6CidrBlockAssociation VpcPeeringConnection
ec2: VpcPeeringConnectionAccepter VpcSecurityGroupRulesExclusive VpnGateway VpnGatewayAttachment
ec2: VpnGatewayRoutePropagation
ec2transitgateway: DefaultRouteTableAssociation DefaultRouteTablePropagation
ec2transitgateway: InstanceConnectEndpoint PrefixListReference Route RouteTable
ec2transitgateway: RouteTableAssociation RouteTablePropagation TransitGateway
ecr: LifecyclePolicy PullThroughCacheRule RegistryPolicy RepositoryCreationTemplate
ecr: RepositoryPolicy
efs: AccessPoint FileSystemPolicy MountTarget
eks: AccessEntry AccessPolicyAssociation IdentityProviderConfig PodIdentityAssociation
iam: AccessKey AccountAlias AccountPasswordPolicy Group GroupMembership GroupPoliciesExclusive
iam: GroupPolicy GroupPolicyAttachment GroupPolicyAttachmentsExclusive InstanceProfile
iam: OpenIdConnectProvider Policy PolicyAttachment Role RolePoliciesExclusive RolePolicy
iam: RolePolicyAttachment RolePolicyAttachmentsExclusive SamlProvider
iam: SecurityTokenServicePreferences ServerCertificate ServiceLinkedRole
iam: ServiceSpecificCredential SigningCertificate SshKey User UserGroupMembership
iam: UserLoginProfile UserPoliciesExclusive UserPolicy UserPolicyAttachment
iam: UserPolicyAttachmentsExclusive VirtualMfaDevice
kms: Alias Grant KeyPolicy
lambda: Alias EventSourceMapping FunctionEventInvokeConfig LayerVersion LayerVersionPermission
lambda: Permission
lb: Listener ListenerCertificate ListenerRule TargetGroup TargetGroupAttachment
ram: Permission PrincipalAssociation ResourceAssociation ResourceShare ResourceShareAccepter
resourcegroups: Group Resource
route53: VpcAssociationAuthorization ZoneAssociation
s3: AccountPublicAccessBlock BucketAcl BucketAclV2 BucketCorsConfiguration
s3: BucketCorsConfigurationV2 BucketLifecycleConfiguration BucketLifecycleConfigurationV2
s3: BucketNotification BucketObjectLockConfiguration BucketObjectLockConfigurationV2
s3: BucketOwnershipControls BucketPolicy BucketPublicAccessBlock
s3: BucketRequestPaymentConfiguration BucketRequestPaymentConfigurationV2
s3: BucketServerSideEncryptionConfiguration BucketServerSideEncryptionConfigurationV2
s3: BucketVersioning BucketVersioningV2 BucketWebsiteConfiguration BucketWebsiteConfigurationV2
secretsmanager: SecretPolicy SecretRotation SecretVersion Tag
servicequotas: ServiceQuota Template TemplateAssociation
sns: TopicPolicy TopicSubscription
sqs: QueuePolicy RedriveAllowPolicy RedrivePolicy
ssm: Association Document MaintenanceWindow MaintenanceWindowTarget PatchBaseline PatchGroup
vpc: SecurityGroupEgressRule SecurityGroupIngressRule SecurityGroupVpcAssociation
"""
"""Free types, as `service: Kind Kind …`."""


BY_USE_AWS: Mapping[str, tuple[str, str]] = {
    "amp": ("Workspace RuleGroupNamespace AlertManagerDefinition", "ingested samples and queries"),
    "cloudwatch": (
        "LogGroup LogMetricFilter LogSubscriptionFilter LogDestination LogDestinationPolicy EventArchive",
        "ingested and stored bytes",
    ),
    "ec2": ("FlowLog", "ingested bytes"),
    "ecr": ("Repository", "stored bytes"),
    "kms": ("Ciphertext", "requests"),
    "lambda": ("FunctionUrl", "invocations"),
    "route53": ("Record RecordsExclusive", "queries"),
    "s3": (
        "AccessPoint Bucket BucketLogging BucketLoggingV2 BucketObject BucketObjectv2 BucketV2",
        "stored bytes and requests",
    ),
    "sns": ("Topic", "messages"),
    "sqs": ("Queue", "requests"),
}

NO_PRICE: Mapping[str, str] = {
    "aws:sagemaker/": "SageMaker's ml.* instances have their own prices, which are not in the catalogue",
    "aws:rds/": "RDS has no price in the catalogue",
    "aws:docdb/": "DocumentDB has no price in the catalogue",
    "aws:neptune/": "Neptune has no price in the catalogue",
    "aws:elasticache/": "ElastiCache has no price in the catalogue",
    "aws:memorydb/": "MemoryDB has no price in the catalogue",
    "aws:msk/": "MSK has no price in the catalogue",
    "aws:redshift": "Redshift has no price in the catalogue",
    "aws:opensearch": "OpenSearch has no price in the catalogue",
    "aws:elasticsearch/": "OpenSearch has no price in the catalogue",
    "aws:ecs/": "ECS services start capacity that is not in the graph",
    "aws:batch/": "Batch compute environments start capacity that is not in the graph",
    "aws:emr": "EMR's fee has no price in the catalogue",
    "aws:cloudformation/": "what a CloudFormation stack creates is not in the graph",
    "aws:cloudcontrol/": "what Cloud Control creates is not described in the graph",
    "aws:eks/capability:": "EKS capabilities carry a fee that is not in the catalogue",
    "aws:elb/": "Classic Load Balancers have no price in the catalogue",
    "aws:ec2/capacityBlockReservation:": "a Capacity Block is paid up front, at a price not in the catalogue",
    "aws:ec2/dedicatedHost:": "dedicated hosts have no price in the catalogue",
    "aws:ebs/snapshot": "snapshots bill by stored bytes, which nobody bounds, at no known price",
    "aws-native:": "resources of the aws-native provider are not read; use the aws provider",
    "gcp:": "only AWS has prices in the catalogue",
    "azure": "only AWS has prices in the catalogue",
    "pulumi-python:dynamic": "a dynamic resource may create anything",
    "pulumi-nodejs:dynamic": "a dynamic resource may create anything",
    "command:": "a command may create anything",
}
"""Why types that begin like this cannot be priced: the message for what people most often bring."""

FREE_PREFIXES: Mapping[str, str] = {
    "pulumi:providers:": "a provider creates nothing itself",
    "random:": "a random value",
    "tls:": "a key or certificate kept in the state",
    "time:": "a point in time",
    "std:": "a function",
    "docker:": "an image; its registry bills by stored bytes",
    "docker-build:": "an image; its registry bills by stored bytes",
}

FREE_TYPES: Mapping[str, str] = {
    STACK: "the stack itself",
    "pulumi:pulumi:StackReference": "a reading of another stack",
    "pulumi:pulumi:Stash": "a value kept in the state",
}


def _aws_tokens(service: str, kinds: str) -> list[str]:
    return [f"aws:{service}/{kind[0].lower()}{kind[1:]}:{kind}" for kind in kinds.split()]


def free_aws_types() -> dict[str, tuple[str, str]]:
    """Build the table of free AWS types: why, and what bills by use."""
    table: dict[str, tuple[str, str]] = {}
    for line in FREE_AWS.strip().splitlines():
        service, _, kinds = line.partition(":")
        table.update(dict.fromkeys(_aws_tokens(service, kinds), ("it has no charge", "")))
    for service, (kinds, usage) in BY_USE_AWS.items():
        table.update(dict.fromkeys(_aws_tokens(service, kinds), ("it bills by use alone", usage)))
    return table
