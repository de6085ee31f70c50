"""CPU time of the gate: 1,000 resources through the pack's protocol, and the start of the pack's process.

The start is measured beside `import pulumi_policy`, which any pack written with the SDK pays.
The bars: at most 1 s of CPU for 1,000 resources, at most 1.5 times the import.

Run: python -m bench.gate
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2

from plimsoll.graph.types import AWS_PROVIDER, DEPLOYMENT, EC2_NODE_CLASS, NODE_GROUP, NODE_POOL, ROLE
from policies.pack import Pack

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
BAR_S = 1.0
BAR_RATIO = 1.5
TICKS_PER_S = 100


def _pool(name: str) -> dict[str, Any]:
    requirement = {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["g6"]}
    reference = {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "default"}
    template = {"spec": {"nodeClassRef": reference, "requirements": [requirement]}}
    return {"metadata": {"name": name}, "spec": {"limits": {"nodes": "2"}, "template": template}}


def _inputs(index: int) -> tuple[str, dict[str, Any]]:
    """A mixture of what a stack holds: pools, node groups, roles, Deployments, configuration."""
    name = f"resource-{index}"
    container = {"name": "c", "image": "x", "resources": {"limits": {"nvidia.com/gpu": 1}}}
    scaling = {"minSize": 1, "desiredSize": 1, "maxSize": 2}
    group = {"clusterName": "c", "instanceTypes": ["m7i.large"], "diskSize": 20, "scalingConfig": scaling}
    pods = {"replicas": 2, "template": {"spec": {"containers": [container]}}}
    kinds: tuple[tuple[str, dict[str, Any]], ...] = (
        (NODE_POOL, _pool(name)),
        (NODE_GROUP, group),
        (ROLE, {"assumeRolePolicy": "{}", "tags": {"team": "search"}}),
        (DEPLOYMENT, {"metadata": {"name": name}, "spec": pods}),
        ("kubernetes:core/v1:ConfigMap", {"metadata": {"name": name}, "data": {"a": "b"}}),
    )
    return kinds[index % len(kinds)]


def _request(token: str, name: str, inputs: dict[str, Any]) -> Any:  # noqa: ANN401 - a protobuf message
    struct = struct_pb2.Struct()
    struct.update(inputs)
    urn = f"urn:pulumi:bench::bench::{token}::{name}"
    message = analyzer_pb2.AnalyzeRequest(type=token, name=name, urn=urn, properties=struct)
    message.provider.type = AWS_PROVIDER
    message.provider.properties.update({"region": "us-east-1"})
    return message


def judge_a_thousand() -> float:
    """CPU seconds from the first resource to the end of the stack pass, the catalogue's loading included."""
    disk = {"deviceName": "/dev/xvda", "ebs": {"volumeSize": "50Gi", "volumeType": "gp3"}}
    node_class = {"metadata": {"name": "default"}, "spec": {"blockDeviceMappings": [disk]}}
    requests = [_request(EC2_NODE_CLASS, "default", node_class)]
    requests += [_request(token, f"r{i}", inputs) for i in range(999) for token, inputs in [_inputs(i)]]
    pack = Pack()
    configuration = analyzer_pb2.ConfigureAnalyzerRequest()
    for policy in pack.GetAnalyzerInfo(None, None).policies:
        configuration.policyConfig[policy.name].enforcementLevel = policy.enforcementLevel
    configuration.policyConfig["budget"].properties.update({"usdPerMonth": 10_000_000})
    configuration.policyConfig["allowed-families"].properties.update({"families": ["g6", "m7i"]})
    pack.Configure(configuration, None)
    started = time.process_time()
    for message in requests:
        pack.Analyze(message, None)
    pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(), None)
    return time.process_time() - started


def start_of(command: list[str]) -> float:
    """CPU seconds of a process until it has printed its first line."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT / "policies") as process:  # noqa: S603
        assert process.stdout is not None
        process.stdout.readline()
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        process.kill()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def main() -> int:
    """Print both figures beside their bars; the exit code says whether they hold."""
    seconds = statistics.median(judge_a_thousand() for _ in range(ROUNDS))
    pack = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(ROOT / "policies")]
    sdk = [sys.executable, "-c", "import pulumi_policy, time; print(flush=True); time.sleep(60)"]
    pairs = [(start_of(pack), start_of(sdk)) for _ in range(ROUNDS)]
    ratio = statistics.median(own for own, _ in pairs) / statistics.median(other for _, other in pairs)
    sys.stdout.write(f"1,000 resources judged in {seconds:.2f} s CPU (at most {BAR_S})\n")
    sys.stdout.write(f"the pack starts in {ratio:.2f} times `import pulumi_policy` (at most {BAR_RATIO})\n")
    return 0 if seconds <= BAR_S and ratio <= BAR_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
