"""How long it takes, and how much memory, to judge exported states of ordinary resources, file to verdict.

Run: python -m bench.mixed
"""

import json
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from plimsoll.gate.check import check
from plimsoll.gate.inputs.asked import Asked, read_asked
from plimsoll.show.check.text import as_text

SECONDS = {1_000: 0.5, 10_000: 4.0}
"""CPU seconds that a state of so many resources may take."""

MIB = 400
"""Peak memory of the process."""

PROVIDER = "urn:pulumi:bench::bench::pulumi:providers:aws::aws"

KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("aws:iam/role:Role", {"assumeRolePolicy": "{}", "tags": {"team": "search"}}),
    (
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "r", "policyArn": "arn:aws:iam::aws:policy/x"},
    ),
    ("aws:ec2/subnet:Subnet", {"cidrBlock": "10.0.0.0/24", "mapPublicIpOnLaunch": True}),
    ("aws:ec2/securityGroupRule:SecurityGroupRule", {"fromPort": 443, "toPort": 443, "protocol": "tcp"}),
    ("aws:s3/bucket:Bucket", {"tags": {"team": "search"}}),
    ("aws:cloudwatch/logGroup:LogGroup", {"retentionInDays": 7}),
    ("aws:sqs/queue:Queue", {}),
    ("aws:kms/key:Key", {"enableKeyRotation": True}),
    ("aws:cloudwatch/metricAlarm:MetricAlarm", {"period": 300}),
    ("aws:secretsmanager/secret:Secret", {}),
    (
        "aws:rds/instance:Instance",
        {"engine": "postgres", "instanceClass": "db.t3.large", "allocatedStorage": 100, "multiAz": True},
    ),
    (
        "aws:elasticache/replicationGroup:ReplicationGroup",
        {"nodeType": "cache.r6g.large", "numCacheClusters": 2},
    ),
    ("aws:dynamodb/table:Table", {"billingMode": "PAY_PER_REQUEST"}),
    (
        "aws:ec2/instance:Instance",
        {"instanceType": "m6i.xlarge", "subnetId": "subnet-1", "rootBlockDevice": {"volumeSize": 50}},
    ),
    (
        "aws:eks/nodeGroup:NodeGroup",
        {"scalingConfig": {"minSize": 1, "desiredSize": 1, "maxSize": 4}, "instanceTypes": ["m5.xlarge"]},
    ),
    ("kubernetes:core/v1:ConfigMap", {"metadata": {"name": "settings"}, "data": {"a": "b"}}),
    ("kubernetes:core/v1:Service", {"spec": {"type": "ClusterIP"}}),
    (
        "kubernetes:apps/v1:Deployment",
        {
            "metadata": {"name": "web"},
            "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "c", "image": "i"}]}}},
        },
    ),
    ("random:index/randomPassword:RandomPassword", {"length": 16}),
    ("aws:newservice/thing:Thing", {}),
)


def state(size: int) -> dict[str, Any]:
    """An exported state of so many resources, with the outputs that states carry."""
    resources: list[dict[str, Any]] = [
        {"urn": PROVIDER, "custom": True, "type": "pulumi:providers:aws", "inputs": {"region": "us-east-1"}}
    ]
    for number in range(size - 1):
        token, inputs = KINDS[number % len(KINDS)]
        urn = f"urn:pulumi:bench::bench::{token}::thing-{number}"
        known = {"urn": urn, "custom": True, "type": token, "id": f"id-{number}", "inputs": inputs}
        outputs = {**inputs, "arn": f"arn:aws:thing:us-east-1:123456789012:{number}", "tagsAll": {"a": "b"}}
        resources.append({**known, "outputs": outputs, "provider": f"{PROVIDER}::1", "dependencies": []})
    return {"version": 3, "deployment": {"manifest": {}, "resources": resources}}


def main() -> int:
    """Print one line for each size; exit 1 where one is over its bar."""
    slow = False
    for size, bar in SECONDS.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "state.json"
            file.write_text(json.dumps(state(size)), encoding="utf-8")
            started = time.process_time()
            verdict = check(read_asked(Asked((str(file),), "2026-11-28", budget="1000000000")))
            as_text(verdict)
            took = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        slow = slow or took > bar or peak > MIB
        sys.stdout.write(
            f"{size:,} resources: {took:.2f} s CPU (bar {bar:g}), peak {peak:.0f} MiB (bar {MIB})\n"
        )
    return int(slow)


if __name__ == "__main__":
    sys.exit(main())
