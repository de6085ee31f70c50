"""The stand-ins themselves, through the real engine, on a program small enough to read."""

import pytest

from tests.world.engine.harness import Engine

pytestmark = pytest.mark.engine

PROJECT = {
    "Pulumi.yaml": "name: small\nruntime: {name: python, options: {toolchain: pip}}\n",
    "__main__.py": """
import json
import pulumi, pulumi_aws as aws, pulumi_kubernetes as k8s

config = pulumi.Config()
region = aws.Provider("aws", region="us-east-1")
on_aws = pulumi.ResourceOptions(provider=region)
trust = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
role = aws.iam.Role("role", assume_role_policy=trust, opts=on_aws)
cluster = aws.eks.Cluster("cluster", role_arn=role.arn, vpc_config={"subnet_ids": ["subnet-1", "subnet-2"]},
                          opts=on_aws)
group = aws.eks.NodeGroup("group", cluster_name=cluster.name, node_role_arn=role.arn,
    subnet_ids=["subnet-1", "subnet-2"], instance_types=[config.get("type") or "g6.xlarge"],
    capacity_type=config.get("capacity") or "ON_DEMAND",
    scaling_config={"min_size": 1, "desired_size": 1, "max_size": int(config.get("max") or 2)}, opts=on_aws)
kubeconfig = cluster.endpoint.apply(lambda url: json.dumps({"clusters": [{"cluster": {"server": url}}]}))
inside = k8s.Provider("inside", kubeconfig=kubeconfig)
space = k8s.core.v1.Namespace("space", metadata={"name": "space"},
                              opts=pulumi.ResourceOptions(provider=inside, depends_on=[group]))
settings = k8s.core.v1.ConfigMap("settings", metadata={"namespace": "space"}, data={"a": "b"},
                                 opts=pulumi.ResourceOptions(provider=inside, depends_on=[space]))
pulumi.export("cluster", cluster.name)
""",
}


@pytest.fixture
def small(engine: Engine) -> Engine:
    engine.cloud.set(external=["subnet-1", "subnet-2"])
    return engine.write(PROJECT).init()


def test_a_whole_life(small: Engine) -> None:
    small.preview()
    assert small.created() == [], "a preview creates nothing"
    small.up()
    assert small.created() == [
        "aws:eks/cluster:Cluster",
        "aws:eks/nodeGroup:NodeGroup",
        "aws:iam/role:Role",
        "kubernetes:core/v1:ConfigMap",
        "kubernetes:core/v1:Namespace",
    ]
    small.preview("--expect-no-changes")
    small.refresh("--expect-no-changes")

    before = small.cloud.existing()
    small.run("config", "set", "max", "5")
    small.up()
    assert [call["name"] for call in small.calls("Update")] == ["group"], "a bigger group is updated in place"
    assert small.cloud.existing() == before

    small.run("config", "set", "type", "g6e.xlarge")
    small.up()
    groups = [name for name in small.cloud.existing() if "nodeGroup" in name]
    assert len(groups) == 1, "the old group goes after the new one came"
    assert groups[0] not in before, "another instance type is another group"

    small.destroy()
    assert small.cloud.existing() == []


def test_wrong_inputs_are_refused_before_anything_is_created(small: Engine) -> None:
    small.run("config", "set", "capacity", "on-demand")
    refused = small.preview(check=False)
    assert refused.code != 0
    assert "'on-demand' is not one of ON_DEMAND, SPOT" in refused.said
    assert small.created() == []


def test_a_cluster_that_is_not_there_is_unreachable(small: Engine) -> None:
    wrong = PROJECT["__main__.py"].replace('"server": url', '"server": url + ".wrong"')
    small.write({"__main__.py": wrong})
    failed = small.up(check=False)
    assert failed.code != 0
    assert "configured Kubernetes cluster is unreachable" in failed.said
    small.write(PROJECT)
    small.up()
    small.preview("--expect-no-changes")
