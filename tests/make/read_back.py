"""What a cluster would run, read back from its objects by nothing but their own words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

GPU = "nvidia.com/gpu"
LOADED = ("--model", "--model-id")
Object = Mapping[str, Any]


def of_kind(objects: Sequence[Object], kind: str) -> list[Any]:
    return [each for each in objects if each["kind"] == kind]


def arguments(container: Object) -> dict[str, str]:
    """The arguments of a container, `--key=value`; of a group's leader those of its shell line."""
    words = [word for line in container.get("args", []) for word in str(line).split()]
    words += [word for line in container.get("command", []) for word in str(line).split()]
    return {found[1]: found[2] for word in words if (found := re.fullmatch(r"(--[\w-]+)=(.*)", word))}


def served(objects: Sequence[Object]) -> dict[str, Any]:
    """What the pods load and accept; the same in every pool."""
    found = [_served(template) for template in _templates(objects)]
    assert found
    assert all(each == found[0] for each in found)
    return found[0]


def _templates(objects: Sequence[Object]) -> list[Any]:
    groups = [
        each["spec"]["leaderWorkerTemplate"]["leaderTemplate"] for each in of_kind(objects, "LeaderWorkerSet")
    ]
    return [each["spec"]["template"] for each in of_kind(objects, "Deployment")] + groups


def _served(template: Object) -> dict[str, Any]:
    (container,) = template["spec"]["containers"]
    told, resources = arguments(container), container["resources"]
    variables = {each["name"]: each.get("value") for each in container["env"]}
    assert resources["limits"].get(GPU) == resources["requests"].get(GPU)
    loaded = [told[key] for key in LOADED if key in told] + [variables.get("HF_MODEL_ID")]
    return {
        "weights": loaded[0],
        "max_tokens": int(told["--max-model-len"]) if "--max-model-len" in told else None,
        "quantization": told.get("--quantization"),
        "dtype": told.get("--dtype"),
        "tensor_parallel": int(told.get("--tensor-parallel-size", 1)),
        "accelerators": int(resources["limits"].get(GPU, 0)),
        "image": container["image"],
    }


def replicas(objects: Sequence[Object]) -> dict[str, tuple[int, int]]:
    """Fewest and most replicas, by pool."""
    scaled: dict[str, tuple[int, int]] = {}
    for each in of_kind(objects, "ScaledObject"):
        bounds = each["spec"]["minReplicaCount"], each["spec"]["maxReplicaCount"]
        scaled[each["spec"]["scaleTargetRef"]["name"]] = bounds
    for each in of_kind(objects, "HorizontalPodAutoscaler"):
        bounds = each["spec"]["minReplicas"], each["spec"]["maxReplicas"]
        scaled[each["spec"]["scaleTargetRef"]["name"]] = bounds
    found: dict[str, tuple[int, int]] = {}
    for kind in ("Deployment", "LeaderWorkerSet"):
        for each in of_kind(objects, kind):
            name, fixed = each["metadata"]["name"], each["spec"].get("replicas")
            assert (name in scaled) != (fixed is not None), (
                "either an autoscaler owns the number or it is said"
            )
            found[name] = scaled.get(name, (fixed, fixed))
    return found


def pools(objects: Sequence[Object]) -> dict[str, dict[str, Any]]:
    """What each NodePool may buy."""
    return {each["metadata"]["name"]: _pool(each["spec"]) for each in of_kind(objects, "NodePool")}


def _pool(spec: Object) -> dict[str, Any]:
    admitted = {each["key"]: each["values"] for each in spec["template"]["spec"]["requirements"]}
    counts = [values for key, values in admitted.items() if key.endswith("/instance-gpu-count")]
    return {
        "instance_types": admitted["node.kubernetes.io/instance-type"],
        "capacity_types": sorted(admitted["karpenter.sh/capacity-type"]),
        "arch": admitted["kubernetes.io/arch"],
        "accelerators": counts[0] if counts else [],
        "limits": spec["limits"],
    }
