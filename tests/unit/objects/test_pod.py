"""A pod's template says what may be done to it: on spot, everything, since two minutes are all there is."""

from dataclasses import replace

import pytest

from plimsoll.objects.cluster import ClusterFacts
from plimsoll.objects.pod import pod_template
from plimsoll.objects.tags import CostTags
from tests.make.plans import plan

CHAT = plan()
CLUSTER = ClusterFacts("demo", CostTags("search", "4711", "prod", "support-chat"), "role")


@pytest.mark.parametrize("capacity_type", ["on-demand", "spot"])
def test_only_pods_off_spot_may_ask_not_to_be_disrupted(capacity_type: str) -> None:
    pool = replace(CHAT.chosen.pools[0], capacity_type=capacity_type)
    annotations = pod_template(pool, CHAT.serving, CLUSTER)["metadata"].get("annotations", {})
    assert ("karpenter.sh/do-not-disrupt" in annotations) == (capacity_type == "on-demand")
