"""A component that is placed registers the objects of a plan, each after those that it refers to."""

from collections.abc import Sequence

import pulumi

from components.pulumi_sdk import KubernetesObject, children
from components.workload.placement import Placement
from plimsoll.objects.cluster import Object
from plimsoll.plan.plan import Pool


class Placed(pulumi.ComponentResource):
    """What places a plan says where with `_placement`, before it registers anything."""

    _placement: Placement

    def _register(
        self,
        manifest: Object,
        after: Sequence[pulumi.Resource] = (),
        *,
        name: str = "",
        timeouts: pulumi.CustomTimeouts | None = None,
        hooks: pulumi.ResourceHookBinding | None = None,
    ) -> KubernetesObject:
        where = self._placement
        # What comes after something of this component comes after the cluster's parts by way of it: naming
        # them again would cost the SDK a search of the whole graph per edge.
        first = after or where.after
        opts = children(self, where.kubernetes, first, custom_timeouts=timeouts, hooks=hooks)
        return KubernetesObject(name or manifest["metadata"]["name"], manifest, opts)

    def _chain(self, nodes: Sequence[Object], first: Sequence[pulumi.Resource]) -> Sequence[pulumi.Resource]:
        """Register what makes the nodes of a pool, each object after the one before; returns the last."""
        # The class outlives its pool, and waits until every instance made from it is gone.
        slow = pulumi.CustomTimeouts(delete="30m")
        last = first
        for manifest in nodes:
            last = [self._register(manifest, last, timeouts=slow)]
        return last

    def _machines(self, pool: Pool) -> list[pulumi.Resource]:
        """Register what AWS has of a pool."""
        where = self._placement
        name, tags = where.facts.name_of(pool), where.facts.tags
        return where.maker.pool_nodes(name, pool, where.network, tags, children(self, where.aws))
