"""How the aws stand-in behaves: names, ids, computed outputs, what replaces, what must exist first."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.world.engine.stand_in.aws_calls import CALLS, Inputs
from tests.world.engine.stand_in.aws_models import complaints
from tests.world.engine.stand_in.cloud import Cloud, ProviderError
from tests.world.engine.stand_in.properties import UNKNOWN
from tests.world.engine.stand_in.server import Properties, RefusedError

ACCOUNT = "123456789012"
PACKAGE = "aws"
DEFAULTS = "__defaults"
"""The inputs that the provider made up; a replacement of anything else deletes first."""


@dataclass(frozen=True)
class Kind:
    """One resource type. `ident` is a prefix (`vpc` gives `vpc-0ab…`) or makes the id of the inputs.

    `computed` gives the outputs beyond the inputs; `replaces` are the properties whose change makes a
    new resource (dotted); `needs` are inputs that name another resource, and its type.
    """

    ident: str | Callable[[Properties], str]
    computed: Callable[[Properties, str], Properties] = lambda inputs, ident: {}
    replaces: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    autoname: str = ""


def _arn(service: str, inputs: Properties, what: str) -> str:
    return f"arn:aws:{service}:{inputs.get('region', '')}:{ACCOUNT}:{what}"


def _cluster(inputs: Properties, ident: str) -> Properties:
    network = {"vpcId": "vpc-of-its-subnets", "clusterSecurityGroupId": f"sg-{ident}"}
    return {
        "arn": _arn("eks", inputs, f"cluster/{ident}"),
        "endpoint": f"https://{ident}.eks.invalid",
        "certificateAuthority": {"data": "c3RhbmQtaW4="},
        "platformVersion": "eks.1",
        "status": "ACTIVE",
        "vpcConfig": inputs.get("vpcConfig", {}) | network,
    }


def _of_cluster(*keys: str) -> Callable[[Properties], str]:
    return lambda inputs: ":".join(inputs[key] for key in ("clusterName", *keys))


IN_CLUSTER = (("clusterName", "eks/cluster:Cluster"),)
IN_BUCKET = (("bucket", "s3/bucket:Bucket"),)
IN_VPC = (("vpcId", "ec2/vpc:Vpc"),)

KINDS: dict[str, Kind] = {
    "budgets/budget:Budget": Kind(lambda i: f"{ACCOUNT}:{i['name']}", replaces=("name",), autoname="name"),
    "cloudwatch/eventRule:EventRule": Kind(
        lambda i: i["name"],
        lambda i, ident: {"arn": _arn("events", i, f"rule/{ident}")},
        ("name",),
        autoname="name",
    ),
    "cloudwatch/eventTarget:EventTarget": Kind(
        lambda i: f"{i['rule']}-{i['targetId']}",
        replaces=("rule", "targetId"),
        needs=(("rule", "cloudwatch/eventRule:EventRule"),),
    ),
    "costexplorer/anomalyMonitor:AnomalyMonitor": Kind(
        lambda i: f"arn:aws:ce::{ACCOUNT}:anomalymonitor/{i['name']}",
        lambda i, ident: {"arn": ident},
        ("monitorType", "monitorSpecification"),
        autoname="name",
    ),
    "costexplorer/anomalySubscription:AnomalySubscription": Kind(
        lambda i: f"arn:aws:ce::{ACCOUNT}:anomalysubscription/{i['name']}",
        lambda i, ident: {"arn": ident},
        autoname="name",
    ),
    "costexplorer/costAllocationTag:CostAllocationTag": Kind(lambda i: i["tagKey"], replaces=("tagKey",)),
    "ec2/eip:Eip": Kind(
        "eipalloc", lambda i, ident: {"publicIp": "192.0.2.1", "allocationId": ident}, ("domain",)
    ),
    "ec2/internetGateway:InternetGateway": Kind("igw", needs=IN_VPC),
    "ec2/launchTemplate:LaunchTemplate": Kind(
        "lt",
        lambda i, ident: {"latestVersion": 1, "arn": _arn("ec2", i, f"launch-template/{ident}")},
        ("name", "namePrefix"),
        autoname="name",
    ),
    "ec2/natGateway:NatGateway": Kind(
        "nat",
        replaces=("allocationId", "subnetId", "connectivityType"),
        needs=(("allocationId", "ec2/eip:Eip"), ("subnetId", "ec2/subnet:Subnet")),
    ),
    "ec2/routeTable:RouteTable": Kind("rtb", replaces=("vpcId",), needs=IN_VPC),
    "ec2/routeTableAssociation:RouteTableAssociation": Kind(
        "rtbassoc",
        replaces=("subnetId",),
        needs=(("routeTableId", "ec2/routeTable:RouteTable"), ("subnetId", "ec2/subnet:Subnet")),
    ),
    "ec2/subnet:Subnet": Kind(
        "subnet",
        lambda i, ident: {"arn": _arn("ec2", i, f"subnet/{ident}")},
        ("vpcId", "cidrBlock", "availabilityZone"),
        IN_VPC,
    ),
    "ec2/tag:Tag": Kind(lambda i: f"{i['resourceId']},{i['key']}", replaces=("resourceId", "key")),
    "ec2/vpc:Vpc": Kind(
        "vpc",
        lambda i, ident: {"arn": _arn("ec2", i, f"vpc/{ident}"), "defaultSecurityGroupId": f"sg-{ident}"},
        ("cidrBlock",),
    ),
    "ec2/vpcEndpoint:VpcEndpoint": Kind(
        "vpce", replaces=("vpcId", "serviceName", "vpcEndpointType"), needs=IN_VPC
    ),
    "eks/accessEntry:AccessEntry": Kind(
        _of_cluster("principalArn"), replaces=("clusterName", "principalArn", "type"), needs=IN_CLUSTER
    ),
    "eks/accessPolicyAssociation:AccessPolicyAssociation": Kind(
        lambda i: "#".join((i["clusterName"], i["principalArn"], i["policyArn"])),
        replaces=("clusterName", "principalArn", "policyArn", "accessScope"),
        needs=IN_CLUSTER,
    ),
    "eks/addon:Addon": Kind(
        _of_cluster("addonName"), replaces=("clusterName", "addonName"), needs=IN_CLUSTER
    ),
    "eks/cluster:Cluster": Kind(
        lambda i: i["name"],
        _cluster,
        (
            "name",
            "roleArn",
            "bootstrapSelfManagedAddons",
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "kubernetesNetworkConfig.serviceIpv4Cidr",
        ),
        (("vpcConfig.subnetIds", "ec2/subnet:Subnet"),),
        autoname="name",
    ),
    "eks/nodeGroup:NodeGroup": Kind(
        _of_cluster("nodeGroupName"),
        lambda i, ident: {"arn": _arn("eks", i, f"nodegroup/{ident.replace(':', '/')}"), "status": "ACTIVE"},
        (
            "amiType",
            "capacityType",
            "clusterName",
            "diskSize",
            "instanceTypes",
            "launchTemplate.id",
            "nodeGroupName",
            "nodeRoleArn",
            "subnetIds",
        ),
        (
            *IN_CLUSTER,
            ("subnetIds", "ec2/subnet:Subnet"),
            ("launchTemplate.id", "ec2/launchTemplate:LaunchTemplate"),
        ),
        autoname="nodeGroupName",
    ),
    "eks/podIdentityAssociation:PodIdentityAssociation": Kind(
        "a", replaces=("clusterName", "namespace", "serviceAccount"), needs=IN_CLUSTER
    ),
    "iam/policy:Policy": Kind(
        lambda i: f"arn:aws:iam::{ACCOUNT}:policy/{i['name']}",
        lambda i, ident: {"arn": ident},
        ("name", "path", "description"),
        autoname="name",
    ),
    "iam/role:Role": Kind(
        lambda i: i["name"],
        lambda i, ident: {"arn": f"arn:aws:iam::{ACCOUNT}:role/{ident}", "uniqueId": "AROA0"},
        ("name", "path"),
        autoname="name",
    ),
    "iam/rolePolicyAttachment:RolePolicyAttachment": Kind(
        lambda i: f"{i['role']}/{i['policyArn']}",
        replaces=("role", "policyArn"),
        needs=(("role", "iam/role:Role"),),
    ),
    "iam/rolePolicy:RolePolicy": Kind(
        lambda i: f"{i['role']}:{i['name']}",
        replaces=("role", "name"),
        needs=(("role", "iam/role:Role"),),
        autoname="name",
    ),
    "s3/bucket:Bucket": Kind(
        lambda i: i["bucket"],
        lambda i, ident: {"arn": f"arn:aws:s3:::{ident}", "bucketDomainName": f"{ident}.s3.invalid"},
        ("bucket",),
        autoname="bucket",
    ),
    "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Kind(
        lambda i: i["bucket"], replaces=("bucket",), needs=IN_BUCKET
    ),
    "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Kind(
        lambda i: i["bucket"], replaces=("bucket",), needs=IN_BUCKET
    ),
    "sqs/queue:Queue": Kind(
        lambda i: f"https://sqs.invalid/{ACCOUNT}/{i['name']}",
        lambda i, ident: {"arn": _arn("sqs", i, i["name"]), "url": ident},
        ("name",),
        autoname="name",
    ),
    "sqs/queuePolicy:QueuePolicy": Kind(lambda i: i["queueUrl"], needs=(("queueUrl", "sqs/queue:Queue"),)),
}


class Aws:
    """The aws package. Settings: `external` lists ids that exist without having been created here."""

    package = PACKAGE

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._region = ""

    def configure(self, settings: Properties) -> None:
        self._region = settings.get("region", "")

    def check(self, kind: str, name: str, news: Properties, olds: Properties, seed: bytes) -> Properties:
        found = self._kind(kind)
        inputs = {"region": self._region} | news
        made_up = {"region"} - set(news)
        auto = found.autoname
        if auto and auto not in news and not news.get(f"{auto}Prefix"):
            inputs[auto] = olds.get(auto) or f"{name}-{seed.hex()[:7] or secrets.token_hex(4)[:7]}"
            made_up.add(auto)
        if failures := self._complaints(kind, inputs):
            raise RefusedError(failures)
        return inputs | {DEFAULTS: sorted(made_up)}

    def _complaints(self, kind: str, inputs: Properties) -> Properties:
        taken = Inputs(inputs)
        try:
            calls = CALLS[kind](taken)
        except (KeyError, TypeError, ValueError) as error:
            return {"": f"{kind}: {error}"}
        found = [line for service, name, params in calls for line in complaints(service, name, params)]
        found += [f"there is no input {key}" for key in taken.left_over()]
        return {f"{kind}[{index}]": line for index, line in enumerate(found)}

    def replaces(self, kind: str, path: str) -> bool:
        plain = path.split("[")[0]
        return any(
            plain == each or plain.startswith(f"{each}.") or each.startswith(f"{plain}.")
            for each in (*self._kind(kind).replaces, "region")
        )

    def delete_first(self, kind: str, news: Properties) -> bool:
        auto = self._kind(kind).autoname
        return bool(auto) and auto in news and auto not in news.get(DEFAULTS, ())

    def create(self, kind: str, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        found = self._kind(kind)
        if preview:
            return "", self._unknown_outputs(found, inputs)
        self._must_exist(found, inputs)
        ident = found.ident if callable(found.ident) else None
        key = ident(inputs) if ident else f"{found.ident}-{secrets.token_hex(8)}0"
        if self._cloud.get(PACKAGE, kind, key) is not None:
            raise ProviderError(f"EntityAlreadyExists: {kind} {key} already exists")
        outputs = inputs | found.computed(inputs, key) | {"tagsAll": inputs.get("tags", {})}
        self._cloud.put(PACKAGE, kind, key, {"inputs": inputs, "outputs": outputs})
        return key, outputs

    def _unknown_outputs(self, found: Kind, inputs: Properties) -> Properties:
        known = inputs | {"tagsAll": inputs.get("tags", {})}
        computed = found.computed({"name": "x"} | inputs, "x:x")
        for key, value in computed.items():
            if isinstance(value, dict) and key in inputs:
                known[key] = value | dict.fromkeys(set(value) - set(inputs[key]), UNKNOWN)
            else:
                known[key] = UNKNOWN
        return known

    def read(self, kind: str, ident: str) -> tuple[Properties, Properties] | None:
        stored = self._cloud.get(PACKAGE, kind, ident)
        return (stored["outputs"], stored["inputs"]) if stored else None

    def update(self, kind: str, ident: str, inputs: Properties, *, preview: bool) -> Properties:
        stored = self._cloud.get(PACKAGE, kind, ident)
        if stored is None:
            raise ProviderError(f"NotFound: {kind} {ident} does not exist")
        outputs = stored["outputs"] | inputs | {"tagsAll": inputs.get("tags", {})}
        if kind == "eks/cluster:Cluster":
            outputs |= {"vpcConfig": stored["outputs"]["vpcConfig"] | inputs.get("vpcConfig", {})}
        if kind == "ec2/launchTemplate:LaunchTemplate":
            outputs["latestVersion"] = UNKNOWN if preview else stored["outputs"]["latestVersion"] + 1
        if not preview:
            self._must_exist(self._kind(kind), inputs)
            self._cloud.put(PACKAGE, kind, ident, {"inputs": inputs, "outputs": outputs})
        return outputs

    def delete(self, kind: str, ident: str) -> None:
        if self._cloud.get(PACKAGE, kind, ident) is None:
            return
        if users := self._users(kind, ident):
            raise ProviderError(f"DependencyViolation: {kind} {ident} is still used by {', '.join(users)}")
        self._cloud.drop(PACKAGE, kind, ident)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        raise ProviderError(f"the stand-in knows no answer to {token}")

    def _kind(self, kind: str) -> Kind:
        if kind not in KINDS:
            raise ProviderError(f"the stand-in does not know aws:{kind}")
        return KINDS[kind]

    def _must_exist(self, found: Kind, inputs: Properties) -> None:
        external = self._cloud.settings.get("external", ())
        for path, needed in found.needs:
            for ident in _at(inputs, path):
                if ident not in external and self._cloud.get(PACKAGE, needed, ident) is None:
                    raise ProviderError(f"ResourceNotFoundException: no {needed} {ident}")

    def _users(self, kind: str, ident: str) -> list[str]:
        users = []
        for path in (self._cloud.folder / "resources" / PACKAGE).glob("*.json"):
            other = path.name.split("@")[0].replace("%2F", "/").replace("%3A", ":")
            stored = self._cloud.stored(path)
            for where, needed in KINDS[other].needs:
                if needed == kind and ident in _at(stored["inputs"], where):
                    users.append(other)
        return sorted(users)


def _at(inputs: Properties, path: str) -> list[str]:
    value: Any = inputs
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
