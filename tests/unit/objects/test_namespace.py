"""A workload's namespace carries its tags, bounds it, and keeps its token."""

from plimsoll.objects.namespace import PRIORITY, namespace, priority_class, resource_quota, token_secret
from plimsoll.objects.tags import TAXONOMY, CostTags

TAGS = CostTags("search", "4711", "prod", "support-chat", extra={"floor": "3"})


def test_the_namespace_says_who_pays_by_the_taxonomy_alone() -> None:
    made = namespace(TAGS)["metadata"]
    assert made["name"] == "support-chat"
    assert sorted(made["labels"]) == sorted(TAXONOMY)


def test_serving_goes_before_batch_and_never_before_the_system() -> None:
    made = priority_class(TAGS)
    assert 0 < made["value"] == PRIORITY < 1_000_000_000
    assert made["globalDefault"] is False


def test_quota_and_token_lie_in_the_workloads_own_namespace() -> None:
    token = object()
    quota, secret = resource_quota(TAGS, {"pods": "4"}), token_secret(TAGS, token)
    assert quota["metadata"]["namespace"] == secret["metadata"]["namespace"] == "support-chat"
    assert quota["spec"]["hard"] == {"pods": "4"}
    assert secret["stringData"]["token"] is token
