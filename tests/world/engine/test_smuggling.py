"""Ways past the gate that only a real engine can play: transforms, ignored changes, lost outputs, getters."""

import pytest

from tests.world.engine.harness import Engine, engine
from tests.world.engine.test_gate import GROUP, POOL, assert_refused, gate, one_group, project

__all__ = ["engine"]

pytestmark = [pytest.mark.engine, pytest.mark.slow]

ONE_GROUP = """
import pulumi, pulumi_aws as aws
def group(name, maximum, **options):
    return aws.eks.NodeGroup(
        name, cluster_name="existing", node_role_arn="arn:aws:iam::1:role/x", subnet_ids=["subnet-1"],
        instance_types=["m7i.large"], disk_size=20,
        scaling_config={"min_size": 1, "desired_size": 1, "max_size": maximum},
        opts=pulumi.ResourceOptions(**options))
"""

TRANSFORM = """
def dearer(args):
    if args.type_ == "aws:eks/nodeGroup:NodeGroup":
        return pulumi.ResourceTransformResult(
            props={**args.props, "instanceTypes": ["p5.48xlarge"]}, opts=args.opts)
pulumi.runtime.register_resource_transform(dearer)
"""

UNKNOWN_CLUSTER = """
import json
import pulumi, pulumi_aws as aws, pulumi_kubernetes as k8s
cluster = aws.eks.Cluster("cluster", role_arn="arn:aws:iam::1:role/x",
                          vpc_config={"subnet_ids": ["subnet-1", "subnet-2"]})
kubeconfig = cluster.endpoint.apply(lambda url: json.dumps({"clusters": [{"cluster": {"server": url}}]}))
on = pulumi.ResourceOptions(provider=k8s.Provider("inside", kubeconfig=kubeconfig))
k8s.apiextensions.CustomResource("disk", api_version="karpenter.k8s.aws/v1", kind="EC2NodeClass",
    metadata={"name": "default"}, opts=on, spec={"blockDeviceMappings": [
        {"deviceName": "/dev/xvda", "ebs": {"volumeSize": "50Gi", "volumeType": "gp3", "encrypted": True}}]})
k8s.apiextensions.CustomResource("pool", api_version="karpenter.sh/v1", kind="NodePool",
    metadata={"name": "pool"}, opts=on, spec={"limits": {"nodes": "40"}, "template": {"spec": {
        "nodeClassRef": {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"},
        "requirements": [
            {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["p5.48xlarge"]}]}}})
"""

GETTER = """
import pulumi_aws as aws
aws.eks.NodeGroup.get("theirs", "THEIRS")
"""

TEMPLATE = """
import pulumi, pulumi_aws as aws
disk = {"device_name": "/dev/xvda", "ebs": {"volume_size": 20, "volume_type": "gp3"}}
cheap = aws.ec2.LaunchTemplate("cheap", instance_type="m7i.large", block_device_mappings=[disk])
dear = aws.ec2.LaunchTemplate("dear", instance_type="p5.48xlarge", block_device_mappings=[disk])
aws.eks.NodeGroup("nodes", cluster_name="existing", node_role_arn="arn:aws:iam::1:role/x",
    subnet_ids=["subnet-1"], launch_template={"id": CHOSEN.id, "version": "1"},
    scaling_config={"min_size": 1, "desired_size": 1, "max_size": 4})
"""


def test_a_transform_cannot_make_it_dearer_behind_the_gate(engine: Engine) -> None:
    project(engine, ONE_GROUP + TRANSFORM + 'group("pool", 4)\n')
    options = gate(engine, budget={"usdPerMonth": 1000})
    assert_refused(engine.preview(*options, check=False), "over_budget", "p5.48xlarge")
    assert_refused(engine.up(*options, check=False), "over_budget")
    assert GROUP not in engine.created()


def test_ignored_changes_are_judged_as_what_stays(engine: Engine) -> None:
    ignored = 'group("pool", {}, ignore_changes=["scalingConfig.maxSize"])\n'
    project(engine, ONE_GROUP + ignored.format(40)).up()
    engine.write({"__main__.py": ONE_GROUP + ignored.format(1)})
    options = gate(engine, budget={"usdPerMonth": float(one_group() * 2)})
    assert_refused(engine.preview(*options, check=False), "over_budget")


def test_outputs_that_an_unknown_cluster_leaves_empty_do_not_open_the_gate(engine: Engine) -> None:
    project(engine, UNKNOWN_CLUSTER)
    options = gate(engine, budget={"usdPerMonth": 5000})
    assert_refused(engine.preview(*options, check=False), "over_budget", "p5.48xlarge")
    assert_refused(engine.up(*options, check=False), "over_budget")
    assert POOL not in engine.created()


def test_a_template_by_its_id_counts_and_the_harmless_one_beside_it_does_not_help(engine: Engine) -> None:
    budget = {"usdPerMonth": float(one_group() + 1)}
    project(engine, TEMPLATE.replace("CHOSEN", "dear"))
    assert_refused(engine.preview(*gate(engine, budget=budget), check=False), "over_budget")
    assert_refused(engine.up(*gate(engine, budget=budget), check=False), "over_budget")
    assert GROUP not in engine.created()


def test_an_alias_does_not_hide_a_resource(engine: Engine) -> None:
    project(engine, ONE_GROUP + 'group("old", 4)\n').up()
    renamed = 'group("new", 40, aliases=[pulumi.Alias(name="old")])\n'
    engine.write({"__main__.py": ONE_GROUP + renamed})
    options = gate(engine, budget={"usdPerMonth": float(one_group() * 2)})
    assert_refused(engine.preview(*options, check=False), "over_budget")


def test_what_is_only_read_is_not_refused(engine: Engine) -> None:
    project(engine, ONE_GROUP + 'group("theirs", 40)\n').up()
    [theirs] = [found["id"] for found in engine.state() if found["type"] == GROUP]
    engine.write({"__main__.py": GETTER.replace("THEIRS", theirs)})
    engine.init("reader", **{"aws:region": "us-east-1"})
    options = gate(engine, budget={"usdPerMonth": 1})
    engine.preview(*options)
    engine.up(*options)
