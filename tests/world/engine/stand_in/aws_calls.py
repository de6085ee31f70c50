"""The AWS API calls that creating each kind of resource would become.

Every translation consumes the provider's inputs key by key; a key that nothing consumed is one the
provider does not have. botocore's service models then judge the calls.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world.engine.stand_in.properties import is_unknown

Call = tuple[str, str, dict[str, Any]]

POLICY_LIMIT = 6144
"""Characters of a customer-managed policy, white space not counted (IAM quotas)."""

TRUST_LIMIT = 2048
"""Characters of a role's trust policy (IAM quotas, default)."""


@dataclass
class Inputs:
    """A resource's inputs, of which it is remembered what was taken."""

    values: Mapping[str, Any]
    taken: set[str] = field(default_factory=lambda: {"region", "__defaults"})

    def take(self, key: str, default: Any = None) -> Any:
        self.taken.add(key)
        return self.values.get(key, default)

    def renamed(self, **names: str) -> dict[str, Any]:
        """The inputs that are there, under the API's names: `renamed(VpcId="vpcId")`."""
        found = {api: self.take(key) for api, key in names.items()}
        return {api: value for api, value in found.items() if value is not None}

    def same(self, *names: str) -> dict[str, Any]:
        """The inputs that are there and that the API calls the same."""
        return self.renamed(**{name: name for name in names})

    def tag_list(self) -> list[dict[str, str]]:
        tags = self.take("tags") or {}
        return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]

    def left_over(self) -> list[str]:
        return sorted(set(self.values) - self.taken)


def _document(text: Any, limit: int) -> None:
    if is_unknown(text):
        return
    parsed = json.loads(text)
    statements = parsed["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        if statement["Effect"] not in ("Allow", "Deny"):
            raise ValueError(f"Effect must be Allow or Deny, not {statement['Effect']}")
    if len("".join(text.split())) > limit:
        raise ValueError(f"a policy of {len(text)} characters is over the limit of {limit}")


def _ec2_tags(inputs: Inputs, kind: str) -> dict[str, Any]:
    tags = inputs.tag_list()
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


def _vpc(inputs: Inputs) -> list[Call]:
    switches = [
        ("ec2", "ModifyVpcAttribute", {"VpcId": "vpc-1", api: {"Value": inputs.take(key)}})
        for api, key in (
            ("EnableDnsHostnames", "enableDnsHostnames"),
            ("EnableDnsSupport", "enableDnsSupport"),
        )
        if inputs.take(key) is not None
    ]
    made = inputs.renamed(CidrBlock="cidrBlock", InstanceTenancy="instanceTenancy")
    return [("ec2", "CreateVpc", made | _ec2_tags(inputs, "vpc")), *switches]


def _internet_gateway(inputs: Inputs) -> list[Call]:
    attach = inputs.renamed(VpcId="vpcId") | {"InternetGatewayId": "igw-1"}
    return [
        ("ec2", "CreateInternetGateway", _ec2_tags(inputs, "internet-gateway")),
        ("ec2", "AttachInternetGateway", attach),
    ]


def _subnet(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(VpcId="vpcId", CidrBlock="cidrBlock", AvailabilityZone="availabilityZone")
    public = {
        "SubnetId": "subnet-1",
        "MapPublicIpOnLaunch": {"Value": inputs.take("mapPublicIpOnLaunch", False)},
    }
    return [
        ("ec2", "CreateSubnet", made | _ec2_tags(inputs, "subnet")),
        ("ec2", "ModifySubnetAttribute", public),
    ]


def _address(inputs: Inputs) -> list[Call]:
    return [("ec2", "AllocateAddress", inputs.renamed(Domain="domain") | _ec2_tags(inputs, "elastic-ip"))]


def _nat_gateway(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(
        AllocationId="allocationId", SubnetId="subnetId", ConnectivityType="connectivityType"
    )
    return [("ec2", "CreateNatGateway", made | _ec2_tags(inputs, "natgateway"))]


def _route_table(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(VpcId="vpcId") | _ec2_tags(inputs, "route-table")
    calls: list[Call] = [("ec2", "CreateRouteTable", made)]
    for route in inputs.take("routes") or ():
        parts = Inputs(route)
        add = parts.renamed(
            DestinationCidrBlock="cidrBlock", GatewayId="gatewayId", NatGatewayId="natGatewayId"
        )
        _all_taken(parts, "routes")
        calls.append(("ec2", "CreateRoute", add | {"RouteTableId": "rtb-1"}))
    return calls


def _route_table_association(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(RouteTableId="routeTableId", SubnetId="subnetId", GatewayId="gatewayId")
    return [("ec2", "AssociateRouteTable", made)]


def _vpc_endpoint(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(
        VpcId="vpcId",
        ServiceName="serviceName",
        VpcEndpointType="vpcEndpointType",
        RouteTableIds="routeTableIds",
        SubnetIds="subnetIds",
        SecurityGroupIds="securityGroupIds",
        PrivateDnsEnabled="privateDnsEnabled",
    )
    return [("ec2", "CreateVpcEndpoint", made | _ec2_tags(inputs, "vpc-endpoint"))]


def _ec2_tag(inputs: Inputs) -> list[Call]:
    tag = {"Key": inputs.take("key"), "Value": inputs.take("value")}
    return [("ec2", "CreateTags", {"Resources": [inputs.take("resourceId")], "Tags": [tag]})]


def _block_device(mapping: Mapping[str, Any]) -> dict[str, Any]:
    outer = Inputs(mapping)
    device = outer.renamed(DeviceName="deviceName", NoDevice="noDevice")
    ebs = Inputs(outer.take("ebs") or {})
    disk = ebs.renamed(
        VolumeSize="volumeSize",
        VolumeType="volumeType",
        Iops="iops",
        Throughput="throughput",
        KmsKeyId="kmsKeyId",
        SnapshotId="snapshotId",
    )
    for api, key in (("Encrypted", "encrypted"), ("DeleteOnTermination", "deleteOnTermination")):
        # The provider has these two as strings.
        if (value := ebs.take(key)) is not None:
            disk[api] = {"true": True, "false": False}[value]
    _all_taken(outer, "blockDeviceMappings")
    _all_taken(ebs, "blockDeviceMappings.ebs")
    return device | ({"Ebs": disk} if disk else {})


def _launch_template(inputs: Inputs) -> list[Call]:
    data: dict[str, Any] = inputs.renamed(
        ImageId="imageId", InstanceType="instanceType", KeyName="keyName", UserData="userData"
    )
    if devices := inputs.take("blockDeviceMappings"):
        data["BlockDeviceMappings"] = [_block_device(device) for device in devices]
    if options := inputs.take("metadataOptions"):
        metadata = Inputs(options)
        data["MetadataOptions"] = metadata.renamed(
            HttpEndpoint="httpEndpoint",
            HttpPutResponseHopLimit="httpPutResponseHopLimit",
            HttpTokens="httpTokens",
        )
        _all_taken(metadata, "metadataOptions")
    data["TagSpecifications"] = [
        {
            "ResourceType": each["resourceType"],
            "Tags": [{"Key": key, "Value": value} for key, value in sorted(each["tags"].items())],
        }
        for each in inputs.take("tagSpecifications") or ()
    ]
    inputs.take("updateDefaultVersion")
    name = inputs.take("name") or f"{inputs.take('namePrefix')}0123456789"
    made = {"LaunchTemplateName": name, "LaunchTemplateData": data}
    return [("ec2", "CreateLaunchTemplate", made | _ec2_tags(inputs, "launch-template"))]


def _cluster(inputs: Inputs) -> list[Call]:
    made = inputs.same(
        "name",
        "version",
        "roleArn",
        "accessConfig",
        "bootstrapSelfManagedAddons",
        "computeConfig",
        "deletionProtection",
        "kubernetesNetworkConfig",
        "storageConfig",
        "tags",
        "upgradePolicy",
    )
    vpc = Inputs(inputs.take("vpcConfig") or {})
    made["resourcesVpcConfig"] = vpc.same(
        "subnetIds", "securityGroupIds", "endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"
    )
    _all_taken(vpc, "vpcConfig")
    return [("eks", "CreateCluster", made)]


def _node_group(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(nodegroupName="nodeGroupName", subnets="subnetIds", nodeRole="nodeRoleArn")
    made |= inputs.same(
        "amiType",
        "capacityType",
        "clusterName",
        "diskSize",
        "instanceTypes",
        "labels",
        "launchTemplate",
        "releaseVersion",
        "scalingConfig",
        "tags",
        "taints",
        "updateConfig",
        "version",
    )
    return [("eks", "CreateNodegroup", made)]


def _addon(inputs: Inputs) -> list[Call]:
    made = inputs.same(
        "addonName",
        "addonVersion",
        "clusterName",
        "configurationValues",
        "podIdentityAssociations",
        "serviceAccountRoleArn",
        "tags",
    ) | inputs.renamed(resolveConflicts="resolveConflictsOnCreate")
    update = inputs.renamed(resolveConflicts="resolveConflictsOnUpdate")
    again = {key: made[key] for key in ("addonName", "clusterName")} | update
    return [("eks", "CreateAddon", made), ("eks", "UpdateAddon", again)]


def _access_entry(inputs: Inputs) -> list[Call]:
    made = inputs.same("clusterName", "principalArn", "tags", "type")
    made |= inputs.renamed(kubernetesGroups="kubernetesGroups", username="userName")
    return [("eks", "CreateAccessEntry", made)]


def _access_policy(inputs: Inputs) -> list[Call]:
    made = inputs.same("accessScope", "clusterName", "policyArn", "principalArn")
    return [("eks", "AssociateAccessPolicy", made)]


def _pod_identity(inputs: Inputs) -> list[Call]:
    made = inputs.same("clusterName", "namespace", "roleArn", "serviceAccount", "tags")
    return [("eks", "CreatePodIdentityAssociation", made)]


def _role(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(
        RoleName="name",
        AssumeRolePolicyDocument="assumeRolePolicy",
        Description="description",
        MaxSessionDuration="maxSessionDuration",
        Path="path",
        PermissionsBoundary="permissionsBoundary",
    )
    _document(made["AssumeRolePolicyDocument"], TRUST_LIMIT)
    return [("iam", "CreateRole", made | {"Tags": inputs.tag_list()})]


def _policy(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(PolicyName="name", PolicyDocument="policy", Description="description", Path="path")
    _document(made["PolicyDocument"], POLICY_LIMIT)
    return [("iam", "CreatePolicy", made | {"Tags": inputs.tag_list()})]


def _attachment(inputs: Inputs) -> list[Call]:
    return [("iam", "AttachRolePolicy", inputs.renamed(RoleName="role", PolicyArn="policyArn"))]


def _role_policy(inputs: Inputs) -> list[Call]:
    _document(inputs.values["policy"], POLICY_LIMIT)
    made = inputs.renamed(RoleName="role", PolicyName="name", PolicyDocument="policy")
    return [("iam", "PutRolePolicy", made)]


def _bucket(inputs: Inputs) -> list[Call]:
    name = inputs.take("bucket")
    tagged = {"Bucket": name, "Tagging": {"TagSet": inputs.tag_list()}}
    return [("s3", "CreateBucket", {"Bucket": name}), ("s3", "PutBucketTagging", tagged)]


def _access_block(inputs: Inputs) -> list[Call]:
    name = inputs.take("bucket")
    blocked = inputs.renamed(
        BlockPublicAcls="blockPublicAcls",
        BlockPublicPolicy="blockPublicPolicy",
        IgnorePublicAcls="ignorePublicAcls",
        RestrictPublicBuckets="restrictPublicBuckets",
    )
    return [("s3", "PutPublicAccessBlock", {"Bucket": name, "PublicAccessBlockConfiguration": blocked})]


def _lifecycle(inputs: Inputs) -> list[Call]:
    rules = [_lifecycle_rule(Inputs(each, set())) for each in inputs.take("rules")]
    made = {"Bucket": inputs.take("bucket"), "LifecycleConfiguration": {"Rules": rules}}
    return [("s3", "PutBucketLifecycleConfiguration", made)]


def _lifecycle_rule(rule: Inputs) -> dict[str, Any]:
    made = rule.renamed(ID="id", Status="status")
    made["Filter"] = {"Prefix": rule.take("filter")["prefix"]}
    made["Expiration"] = {"Days": int(rule.take("expiration")["days"])}
    after = rule.take("abortIncompleteMultipartUpload")["daysAfterInitiation"]
    made["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": int(after)}
    _all_taken(rule, "rules")
    return made


def _queue(inputs: Inputs) -> list[Call]:
    texts = inputs.renamed(
        MessageRetentionPeriod="messageRetentionSeconds",
        SqsManagedSseEnabled="sqsManagedSseEnabled",
        VisibilityTimeout="visibilityTimeoutSeconds",
    )
    attributes = {key: str(value).lower() for key, value in texts.items()}
    made = inputs.renamed(QueueName="name", tags="tags")
    return [("sqs", "CreateQueue", made | {"Attributes": attributes})]


def _queue_policy(inputs: Inputs) -> list[Call]:
    policy = inputs.take("policy")
    _document(policy, POLICY_LIMIT)
    made = inputs.renamed(QueueUrl="queueUrl") | {"Attributes": {"Policy": policy}}
    return [("sqs", "SetQueueAttributes", made)]


def _event_rule(inputs: Inputs) -> list[Call]:
    made = inputs.renamed(
        Name="name", EventPattern="eventPattern", Description="description", ScheduleExpression="schedule"
    )
    if not is_unknown(made.get("EventPattern", "{}")):
        json.loads(made.get("EventPattern", "{}"))
    return [("events", "PutRule", made | {"Tags": inputs.tag_list()})]


def _event_target(inputs: Inputs) -> list[Call]:
    target = inputs.renamed(Id="targetId", Arn="arn", RoleArn="roleArn")
    return [("events", "PutTargets", {"Rule": inputs.take("rule"), "Targets": [target]})]


def _notification(values: Mapping[str, Any]) -> dict[str, Any]:
    parts = Inputs(values)
    notification = parts.renamed(
        ComparisonOperator="comparisonOperator",
        NotificationType="notificationType",
        Threshold="threshold",
        ThresholdType="thresholdType",
    )
    emails = parts.take("subscriberEmailAddresses") or []
    topics = parts.take("subscriberSnsTopicArns") or []
    subscribers = [{"SubscriptionType": "EMAIL", "Address": email} for email in emails]
    subscribers += [{"SubscriptionType": "SNS", "Address": topic} for topic in topics]
    _all_taken(parts, "notifications")
    return {"Notification": notification, "Subscribers": subscribers}


def _budget(inputs: Inputs) -> list[Call]:
    budget: dict[str, Any] = inputs.renamed(BudgetName="name", BudgetType="budgetType", TimeUnit="timeUnit")
    limit = inputs.renamed(Amount="limitAmount", Unit="limitUnit")
    filters = inputs.take("costFilters") or ()
    budget |= {"BudgetLimit": limit, "CostFilters": {each["name"]: each["values"] for each in filters}}
    notifications = [_notification(each) for each in inputs.take("notifications") or ()]
    made = {"AccountId": "123456789012", "Budget": budget, "NotificationsWithSubscribers": notifications}
    return [("budgets", "CreateBudget", made | {"ResourceTags": inputs.tag_list()})]


def _cost_tag(inputs: Inputs) -> list[Call]:
    entry = inputs.renamed(TagKey="tagKey", Status="status")
    return [("ce", "UpdateCostAllocationTagsStatus", {"CostAllocationTagsStatus": [entry]})]


def _anomaly_monitor(inputs: Inputs) -> list[Call]:
    monitor = inputs.renamed(MonitorName="name", MonitorType="monitorType")
    monitor["MonitorSpecification"] = json.loads(inputs.take("monitorSpecification"))
    return [("ce", "CreateAnomalyMonitor", {"AnomalyMonitor": monitor, "ResourceTags": inputs.tag_list()})]


def _anomaly_subscription(inputs: Inputs) -> list[Call]:
    made: dict[str, Any] = inputs.renamed(
        SubscriptionName="name", Frequency="frequency", MonitorArnList="monitorArnLists"
    )
    made["Subscribers"] = [
        {"Type": each["type"], "Address": each["address"]} for each in inputs.take("subscribers")
    ]
    of = inputs.take("thresholdExpression")["dimension"]
    threshold = {"Key": of["key"], "MatchOptions": of["matchOptions"], "Values": of["values"]}
    made["ThresholdExpression"] = {"Dimensions": threshold}
    tags = inputs.tag_list()
    return [("ce", "CreateAnomalySubscription", {"AnomalySubscription": made, "ResourceTags": tags})]


def _all_taken(inputs: Inputs, where: str) -> None:
    if left := inputs.left_over():
        raise ValueError(f"{where} has no property {', '.join(left)}")


CALLS: dict[str, Callable[[Inputs], list[Call]]] = {
    "budgets/budget:Budget": _budget,
    "cloudwatch/eventRule:EventRule": _event_rule,
    "cloudwatch/eventTarget:EventTarget": _event_target,
    "costexplorer/anomalyMonitor:AnomalyMonitor": _anomaly_monitor,
    "costexplorer/anomalySubscription:AnomalySubscription": _anomaly_subscription,
    "costexplorer/costAllocationTag:CostAllocationTag": _cost_tag,
    "ec2/eip:Eip": _address,
    "ec2/internetGateway:InternetGateway": _internet_gateway,
    "ec2/launchTemplate:LaunchTemplate": _launch_template,
    "ec2/natGateway:NatGateway": _nat_gateway,
    "ec2/routeTable:RouteTable": _route_table,
    "ec2/routeTableAssociation:RouteTableAssociation": _route_table_association,
    "ec2/subnet:Subnet": _subnet,
    "ec2/tag:Tag": _ec2_tag,
    "ec2/vpc:Vpc": _vpc,
    "ec2/vpcEndpoint:VpcEndpoint": _vpc_endpoint,
    "eks/accessEntry:AccessEntry": _access_entry,
    "eks/accessPolicyAssociation:AccessPolicyAssociation": _access_policy,
    "eks/addon:Addon": _addon,
    "eks/cluster:Cluster": _cluster,
    "eks/nodeGroup:NodeGroup": _node_group,
    "eks/podIdentityAssociation:PodIdentityAssociation": _pod_identity,
    "iam/policy:Policy": _policy,
    "iam/role:Role": _role,
    "iam/rolePolicyAttachment:RolePolicyAttachment": _attachment,
    "iam/rolePolicy:RolePolicy": _role_policy,
    "s3/bucket:Bucket": _bucket,
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _lifecycle,
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _access_block,
    "sqs/queue:Queue": _queue,
    "sqs/queuePolicy:QueuePolicy": _queue_policy,
}
