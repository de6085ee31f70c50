"""How the kubernetes stand-in behaves: names, what replaces, and a real API server where there is one.

Without a server, objects are kept in the cloud folder. With one (`server: {url, token, ca}` in the
settings), Check is a strict dry-run and everything else really happens there.
"""

import json
from typing import Any

from tests.world.engine.stand_in.api_server import ApiError, ApiServer
from tests.world.engine.stand_in.cloud import Cloud, ProviderError
from tests.world.engine.stand_in.properties import UNKNOWN, is_unknown
from tests.world.engine.stand_in.server import Properties, RefusedError

PACKAGE = "kubernetes"
RELEASE = "helm.sh/v3:Release"
AUTONAMED = "pulumi.com/autonamed"

IMMUTABLE: dict[str, tuple[str, ...]] = {
    "apps/v1:Deployment": ("spec.selector",),
    "batch/v1:Job": ("spec.selector", "spec.template"),
    "core/v1:ConfigMap": ("data", "binaryData"),
    "core/v1:Secret": ("type", "data", "stringData"),
    "scheduling.k8s.io/v1:PriorityClass": ("value", "preemptionPolicy"),
}
"""What the real provider replaces an object for, beside its identity (provider/pkg/provider/diff.go)."""

RELEASE_REPLACES = ("name", "namespace")


class Kubernetes:
    """The kubernetes package, configured by one kubeconfig."""

    package = PACKAGE

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._unreachable = ""

    def configure(self, settings: Properties) -> None:
        """Take the kubeconfig; a cluster that nobody made is unreachable, as it would be."""
        text = settings.get("kubeconfig")
        if not text:
            raise ProviderError("no kubeconfig was given, and the ambient one must not be used")
        if is_unknown(text):
            return
        config = json.loads(text)
        url = config["clusters"][0]["cluster"]["server"]
        made = [
            stored["outputs"].get("endpoint")
            for path in (self._cloud.folder / "resources" / "aws").glob("eks%2Fcluster*.json")
            for stored in [self._cloud.stored(path)]
        ]
        known = [*made, *self._cloud.settings.get("endpoints", ())]
        if url not in known:
            self._unreachable = f"configured Kubernetes cluster is unreachable: no route to {url}"

    def _server(self) -> ApiServer | None:
        if self._unreachable:
            raise ProviderError(self._unreachable)
        found = self._cloud.settings.get("server")
        return ApiServer(**found) if found else None

    def check(self, kind: str, name: str, news: Properties, olds: Properties, seed: bytes) -> Properties:
        if kind == RELEASE:
            return {"name": olds.get("name") or f"{name}-{seed.hex()[:8]}"} | news
        group, _, wanted = kind.rpartition(":")
        version = group.removeprefix("core/")
        if news.get("apiVersion", version) != version or news.get("kind", wanted) != wanted:
            raise RefusedError({"apiVersion": f"{news.get('apiVersion')} {news.get('kind')} is not {kind}"})
        metadata = dict(news.get("metadata") or {})
        if "name" not in metadata and "generateName" not in metadata:
            old = (olds.get("metadata") or {}).get("name")
            metadata["name"] = old or f"{name}-{seed.hex()[:8]}"
            metadata["annotations"] = (metadata.get("annotations") or {}) | {AUTONAMED: "true"}
        manifest = {"apiVersion": version, "kind": wanted} | news | {"metadata": metadata}
        self._dry_run(manifest)
        return manifest

    def _dry_run(self, manifest: Properties) -> None:
        if self._unreachable or is_unknown(manifest):
            return
        server = self._server()
        if server is None:
            return
        try:
            server.dry_run(manifest)
        except ApiError as error:
            raise RefusedError({"": str(error)}) from error

    def replaces(self, kind: str, path: str) -> bool:
        identity = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
        which = RELEASE_REPLACES if kind == RELEASE else (*identity, *IMMUTABLE.get(kind, ()))
        return any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in which)

    def delete_first(self, kind: str, news: Properties) -> bool:
        annotations = (news.get("metadata") or {}).get("annotations") or {}
        return AUTONAMED not in annotations

    def create(self, kind: str, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        if kind == RELEASE:
            return self._release(inputs, preview=preview)
        if preview:
            return "", inputs
        server = self._server()
        ident = _ident(inputs)
        self._must_have_namespace(inputs)
        if self._cloud.get(PACKAGE, kind, ident) is not None:
            raise ProviderError(f"resource {ident} was not successfully created: {kind} already exists")
        outputs = self._applied(server, inputs)
        self._cloud.put(PACKAGE, kind, ident, {"inputs": inputs, "outputs": outputs})
        return ident, outputs

    def _applied(self, server: ApiServer | None, inputs: Properties) -> Properties:
        if server is None:
            return inputs | {"status": {}}
        try:
            return server.apply(inputs)
        except ApiError as error:
            raise ProviderError(f"{_ident(inputs)}: {error}") from error

    def _must_have_namespace(self, inputs: Properties) -> None:
        namespace = inputs["metadata"].get("namespace")
        if namespace in (None, "default", "kube-system"):
            return
        if self._cloud.get(PACKAGE, "core/v1:Namespace", namespace) is None:
            raise ProviderError(f'namespaces "{namespace}" not found')

    def _release(self, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        if preview:
            return "", inputs | {"status": UNKNOWN, "resourceNames": UNKNOWN}
        self._server()
        ident = f"{inputs.get('namespace', 'default')}/{inputs['name']}"
        outputs = inputs | {"status": {"status": "deployed", "revision": 1}, "resourceNames": {}}
        self._cloud.put(PACKAGE, RELEASE, ident, {"inputs": inputs, "outputs": outputs})
        return ident, outputs

    def read(self, kind: str, ident: str) -> tuple[Properties, Properties] | None:
        stored = self._cloud.get(PACKAGE, kind, ident)
        server = self._server()
        if stored is None or server is None or kind == RELEASE:
            return (stored["outputs"], stored["inputs"]) if stored else None
        live = server.get(stored["inputs"])
        if live is None:
            return None
        return live, _project(stored["inputs"], live)

    def update(self, kind: str, ident: str, inputs: Properties, *, preview: bool) -> Properties:
        if preview:
            return inputs
        server = self._server()
        if self._cloud.get(PACKAGE, kind, ident) is None:
            raise ProviderError(f"{kind} {ident} not found")
        outputs = inputs | {"status": {}} if kind == RELEASE else self._applied(server, inputs)
        self._cloud.put(PACKAGE, kind, ident, {"inputs": inputs, "outputs": outputs})
        return outputs

    def delete(self, kind: str, ident: str) -> None:
        stored = self._cloud.get(PACKAGE, kind, ident)
        server = self._server()
        if stored is None:
            return
        if server is not None and kind != RELEASE:
            server.delete(stored["inputs"])
        self._cloud.drop(PACKAGE, kind, ident)

    def invoke(self, token: str, arguments: Properties) -> Properties:
        raise ProviderError(f"the stand-in knows no answer to {token}")


def _ident(inputs: Properties) -> str:
    metadata = inputs["metadata"]
    namespace = metadata.get("namespace")
    return f"{namespace}/{metadata['name']}" if namespace else metadata["name"]


def _project(inputs: Any, live: Any) -> Any:
    """The live object as far as the program wrote it: what others own is no drift of ours.

    The server leaves zero values of built-in kinds out; that is no drift either.
    """
    if isinstance(inputs, dict) and isinstance(live, dict):
        there = {key: value for key, value in inputs.items() if key in live or not value}
        return {key: _project(value, live.get(key, value)) for key, value in there.items()}
    if isinstance(inputs, list) and isinstance(live, list) and len(inputs) == len(live):
        return [_project(*pair) for pair in zip(inputs, live, strict=True)]
    return live
