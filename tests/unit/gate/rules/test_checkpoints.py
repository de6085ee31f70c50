"""Storage of checkpoints ends some day."""

from typing import Any

from plimsoll.graph.resource import Resource
from tests.make.graphs import codes_of, graph, resource

BUCKET = "aws:s3/bucket:Bucket"
RULES = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


def job(to: str) -> Resource:
    pod = {"containers": [{"name": "c", "env": [{"name": "CHECKPOINT_DIR", "value": to}]}]}
    body = {"activeDeadlineSeconds": 60, "template": {"spec": pod}}
    return resource("kubernetes:batch/v1:Job", "train", metadata={"name": "train"}, spec=body)


def bucket(**inputs: Any) -> Resource:
    return resource(BUCKET, "runs", bucket="acme-runs", **inputs)


def test_a_bucket_that_runs_save_to_has_a_rule() -> None:
    assert "no_lifecycle" in codes_of(graph(bucket(), job("s3://acme-runs/llama")))
    assert "no_lifecycle" not in codes_of(graph(bucket(), job("s3://other/llama")))


def test_a_rule_within_or_beside_is_enough() -> None:
    within = bucket(lifecycleRules=[{"enabled": True, "expiration": {"days": 30}}])
    beside = resource(RULES, "rules", bucket="acme-runs", rules=[{"status": "Enabled"}])
    assert "no_lifecycle" not in codes_of(graph(within, job("s3://acme-runs/llama")))
    assert "no_lifecycle" not in codes_of(graph(bucket(), beside, job("s3://acme-runs/llama")))
