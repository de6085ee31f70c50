"""A small client of a Kubernetes API server: strict dry-run, apply, get, delete."""

import json
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

MANAGER = "plimsoll-tests"
SANDBOX = "dry-run"
"""Dry-runs go here: the server refuses even a dry-run in a namespace that does not exist yet."""


class ApiError(Exception):
    """What the server answered instead of doing it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@cache
def _context(ca: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca)
    # The server's own certificate names its host, not the loopback address.
    context.check_hostname = False
    return context


@dataclass(frozen=True)
class ApiServer:
    """A server at `url`, with an admin token and the file of its certificate."""

    url: str
    token: str
    ca: str

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        content: str = "application/json",
        **query: str,
    ) -> dict[str, Any]:
        """One request; raises ApiError for every answer but a 2xx."""
        url = f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": content}
        data = None if body is None else json.dumps(body).encode()
        request = Request(url, data=data, method=method, headers=headers)
        try:
            with urlopen(request, context=_context(self.ca), timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except HTTPError as error:
            text = error.read().decode(errors="replace")
            try:
                message = json.loads(text).get("message", text)
            except ValueError:
                message = text
            raise ApiError(error.code, message) from None

    def path(self, manifest: dict[str, Any], *, name: bool = True) -> str:
        """Where an object lives, asked of discovery."""
        plural, namespaced = _resources(self, manifest["apiVersion"]).get(manifest["kind"], ("", False))
        if not plural:
            kind = f"{manifest['apiVersion']} {manifest['kind']}"
            raise ApiError(404, f"no matches for kind {kind}: the server does not serve it")
        metadata = manifest["metadata"]
        where = f"/namespaces/{metadata.get('namespace', 'default')}" if namespaced else ""
        return f"{_root(manifest['apiVersion'])}{where}/{plural}" + (f"/{metadata['name']}" if name else "")

    def dry_run(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """Everything but the writing, unknown and duplicate fields refused."""
        _, namespaced = _resources(self, manifest["apiVersion"]).get(manifest["kind"], ("", False))
        if namespaced:
            manifest = manifest | {"metadata": manifest["metadata"] | {"namespace": SANDBOX}}
        path = self.path(manifest, name=False)
        try:
            return self.call("POST", path, manifest, dryRun="All", fieldValidation="Strict")
        except ApiError as error:
            if error.status != 409:
                raise
        return self.apply(manifest, dryRun="All")

    def apply(self, manifest: dict[str, Any], **query: str) -> dict[str, Any]:
        """Server-side apply, as the real provider does; a conflict is an error."""
        return self.call(
            "PATCH",
            self.path(manifest),
            manifest,
            "application/apply-patch+yaml",
            fieldManager=MANAGER,
            fieldValidation="Strict",
            **query,
        )

    def get(self, manifest: dict[str, Any]) -> dict[str, Any] | None:
        """The live object, or None."""
        try:
            return self.call("GET", self.path(manifest))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def delete(self, manifest: dict[str, Any]) -> None:
        """Delete it; one that is gone is fine. A namespace is finalized by hand: no controller runs."""
        try:
            self.call("DELETE", self.path(manifest), propagationPolicy="Background")
        except ApiError as error:
            if error.status != 404:
                raise
        if manifest["kind"] == "Namespace" and (left := self.get(manifest)):
            left["spec"] = {"finalizers": []}
            self.call("PUT", f"{self.path(manifest)}/finalize", left)


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


@cache
def _resources(server: ApiServer, api_version: str) -> dict[str, tuple[str, bool]]:
    try:
        found = server.call("GET", _root(api_version))["resources"]
    except ApiError as error:
        if error.status == 404:
            return {}
        raise
    return {each["kind"]: (each["name"], each["namespaced"]) for each in found if "/" not in each["name"]}
