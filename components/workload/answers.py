"""Where a workload's answers are kept: a Valkey cluster of ElastiCache that the cluster's nodes reach."""

import pulumi

from components.pulumi_sdk import AwsResource, children
from components.workload.placement import Placement
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.objects.answers import kept_answers
from plimsoll.plan.plan import CacheFigures


def answer_cache(parent: pulumi.Resource, placement: Placement, cache: CacheFigures) -> AwsResource:
    """Register the cache of a plan in the subnets of the cluster's nodes.

    Raises:
        SpecError: Nobody says which subnets an existing cluster has.
    """
    facts, network = placement.facts, placement.network
    if network is None or not network.subnet_ids:
        raise SpecError(
            Problem(
                what="nothing says where the cache of answers may stand",
                why="ElastiCache nodes lie in subnets of the cluster",
                fix="set cluster.subnetIds in the stack",
                path=f"{facts.workload}.load.cache",
            )
        )
    name = f"{facts.workload}-answers"
    tags, opts = facts.tags.aws(name), children(parent, placement.aws)
    subnets = {"subnetIds": list(network.subnet_ids), "tags": tags}
    group = AwsResource("elasticache/subnetGroup:SubnetGroup", name, subnets, opts, ["name"])
    inputs = {**kept_answers(cache, facts), "subnetGroupName": group.output("name"), "tags": tags}
    if network.security_group is not None:
        inputs["securityGroupIds"] = [network.security_group]
    return AwsResource("elasticache/replicationGroup:ReplicationGroup", name, inputs, opts)
