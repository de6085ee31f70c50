"""What ElastiCache is told of a cache of answers: Valkey, its nodes, and that nobody reads along."""

from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.plan.plan import CacheFigures

LONGEST_ID = 40
"""Characters of a replication group's id at most (ElastiCache API, CreateReplicationGroup)."""

VALKEY = "8.0"
"""The version that is asked for."""


def kept_answers(cache: CacheFigures, facts: ClusterFacts) -> Object:
    """Write the inputs of the replication group that keeps a workload's answers.

    The nodes hold what the plan priced; with one there is no replica, and a failure forgets everything.
    """
    ident = f"{facts.workload}-answers"[:LONGEST_ID].rstrip("-")
    made: Object = {
        "replicationGroupId": ident,
        "description": f"answers of {facts.workload}",
        "engine": cache.engine,
        "engineVersion": VALKEY,
        "nodeType": cache.node_type,
        "automaticFailoverEnabled": cache.nodes_per_shard > 1,
        "multiAzEnabled": cache.nodes_per_shard > 1,
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
    }
    if cache.shards > 1:
        return made | {"numNodeGroups": cache.shards, "replicasPerNodeGroup": cache.replicas_per_shard}
    return made | {"numCacheClusters": cache.nodes_per_shard}
