"""Rewrite `plimsoll/catalog/data/crds`: what the Kubernetes API says about the kinds that Plimsoll emits.

    python testbed/schemas.py crds FOLDER            upstream CRD files, one or more documents each
    python testbed/schemas.py builtin URL TOKEN      a running API server, for the built-in kinds

Descriptions and printer columns are dropped: they are most of the bytes, and nothing is judged by
them. Which upstream release a file came from is in `plimsoll/catalog/data/crds/README.md`.
"""

# ruff: noqa: ANN401 - schemas are JSON, whose type is anything
import json
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import yaml

TARGET = Path(__file__).resolve().parents[1] / "plimsoll" / "catalog" / "data" / "crds"

KINDS = {
    "admissionregistration.k8s.io/v1": ("ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"),
    "apps/v1": ("DaemonSet", "Deployment"),
    "autoscaling/v2": ("HorizontalPodAutoscaler",),
    "batch/v1": ("CronJob", "Job"),
    "policy/v1": ("PodDisruptionBudget",),
    "rbac.authorization.k8s.io/v1": ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"),
    "scheduling.k8s.io/v1": ("PriorityClass",),
    "storage.k8s.io/v1": ("StorageClass",),
    "v1": ("ConfigMap", "Namespace", "ResourceQuota", "Secret", "Service", "ServiceAccount"),
}
DROPPED = {"description", "example", "x-kubernetes-group-version-kind"}


def slim(schema: Any) -> Any:
    """A schema without prose. Properties may be called `description`, so their names are kept."""
    if isinstance(schema, list):
        return [slim(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    named = ("properties", "schemas")
    return {
        key: {name: slim(inner) for name, inner in value.items()} if key in named else slim(value)
        for key, value in schema.items()
        if key not in DROPPED
    }


def write(name: str, data: Any) -> None:
    """One compact, sorted file."""
    TARGET.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    (TARGET / name).write_text(f"{text}\n")


def crd_files(folder: Path) -> None:
    """Every CRD of a folder, and an index of which file answers for which kind."""
    index: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        for manifest in yaml.safe_load_all(path.read_text()):
            if not manifest:
                continue
            spec = manifest["spec"]
            for each in spec["versions"]:
                each.pop("additionalPrinterColumns", None)
                each["schema"] = slim(each["schema"])
            spec.pop("conversion", None)
            group, plural = spec["group"], spec["names"]["plural"]
            made = {
                "apiVersion": manifest["apiVersion"],
                "kind": manifest["kind"],
                "metadata": {"name": manifest["metadata"]["name"], **_approved(manifest["metadata"])},
                "spec": spec,
            }
            name = f"{group}_{plural}.json"
            write(name, made)
            kind = spec["names"]["kind"]
            index |= {f"{group}/{each['name']}:{kind}": name for each in spec["versions"] if each["served"]}
    write("index.json", index)


def _approved(metadata: dict[str, Any]) -> dict[str, Any]:
    """The approval without which a server takes no definition of a protected group (*.k8s.io)."""
    key = "api-approved.kubernetes.io"
    by = metadata.get("annotations", {}).get(key)
    return {} if by is None or metadata["name"].endswith(".x-k8s.io") else {"annotations": {key: by}}


def references(schema: Any) -> Iterator[str]:
    """The names of the definitions that a schema points at."""
    if isinstance(schema, list):
        for item in schema:
            yield from references(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value.rsplit("/", 1)[-1]
            else:
                yield from references(value)


def builtin(url: str, token: str) -> None:
    """The schemas of the built-in kinds, as the server publishes them, with all they point at."""
    definitions: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for version, wanted in KINDS.items():
        where = f"apis/{version}" if "/" in version else f"api/{version}"
        published = _get(f"{url}/openapi/v3/{where}", token)["components"]["schemas"]
        for name, schema in published.items():
            for each in schema.get("x-kubernetes-group-version-kind", ()):
                if _version(each) == version and each["kind"] in wanted:
                    kinds[f"{version}:{each['kind']}"] = name
                    _collect(name, published, definitions)
    write("builtin.json", {"definitions": definitions, "kinds": kinds})


def _version(each: dict[str, str]) -> str:
    return f"{each['group']}/{each['version']}" if each["group"] else each["version"]


def _collect(name: str, published: dict[str, Any], into: dict[str, Any]) -> None:
    if name not in into:
        into[name] = slim(published[name])
        for other in references(into[name]):
            _collect(other, published, into)


def _get(url: str, token: str) -> Any:
    # A server that a test started on loopback signs its own certificate.
    context = ssl._create_unverified_context()  # noqa: S323, SLF001
    request = Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - given by hand
    with urlopen(request, context=context) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    if sys.argv[1] == "crds":
        crd_files(Path(sys.argv[2]))
    else:
        builtin(*sys.argv[2:4])
