"""Requests to the API server as somebody: admission judges who asks, not only what for."""

import json
import time
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.world.engine.stand_in.api_server import ApiError, ApiServer, _context

DEPLOYER = "deployer"
"""May do everything but exempt: what it may not do is refused by the caps, not by RBAC."""

APPROVER = "approver"
"""May also exempt."""

CONTROLLERS = {
    "replicaset": "system:serviceaccount:kube-system:replicaset-controller",
    "daemonset": "system:serviceaccount:kube-system:daemon-set-controller",
    "karpenter": "system:serviceaccount:kube-system:karpenter",
}
VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


@dataclass(frozen=True)
class Asking:
    """A server as one user sees it."""

    server: ApiServer
    user: str

    def call(self, method: str, path: str, body: Any = None, content: str = "application/json") -> Any:
        """One request; raises ApiError for every answer but a 2xx."""
        headers = {
            "Authorization": f"Bearer {self.server.token}",
            "Content-Type": content,
            "Impersonate-User": self.user,
            "Impersonate-Group": "system:authenticated",
        }
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.server.url}{path}", data=data, method=method, headers=headers)
        try:
            with urlopen(request, context=_context(self.server.ca), timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except HTTPError as error:
            text = error.read().decode(errors="replace")
            raise ApiError(error.code, json.loads(text).get("message", text)) from None

    def refusal(self, manifest: dict[str, Any]) -> str:
        """Why creating an object is refused; empty if it is not, and then it is gone again.

        It is tried for real: the caps let a dry run pass, since it writes nothing.
        """
        try:
            self.create(manifest)
        except ApiError as error:
            return str(error)
        self._remove(manifest)
        return ""

    def create(self, manifest: dict[str, Any]) -> None:
        """Create an object; unknown fields are an error."""
        path = self.server.path(manifest, name=False)
        self.call("POST", f"{path}?fieldValidation=Strict", manifest)

    def _remove(self, manifest: dict[str, Any]) -> None:
        path = self.server.path(manifest)
        self.server.call("DELETE", path, gracePeriodSeconds="0")
        if manifest["kind"] == "Namespace":
            self.server.delete(manifest)

    def change(self, manifest: dict[str, Any], patch: dict[str, Any], subresource: str = "") -> str:
        """Why a change of a live object is refused; empty if it is not, and then it is undone."""
        whole = self.server.path(manifest)
        before = self.server.call("GET", whole)
        path = whole + (f"/{subresource}" if subresource else "")
        try:
            self.call("PATCH", path, patch, "application/merge-patch+json")
        except ApiError as error:
            return str(error)
        del before["metadata"]["resourceVersion"]
        now = self.server.call("GET", whole)["metadata"]["resourceVersion"]
        before["metadata"]["resourceVersion"] = now
        self.server.call("PUT", whole, before)
        return ""


@cache
def give_rights(server: ApiServer) -> None:
    """Rights for the users above."""
    everything = {"apiGroups": ["*"], "resources": ["*"], "verbs": VERBS}
    exempting = {"apiGroups": ["*"], "resources": ["*"], "verbs": ["exempt"]}
    everybody = [DEPLOYER, APPROVER, *CONTROLLERS.values()]
    for name, rule, users in (
        ("caps-tests-everything", everything, everybody),
        ("caps-tests-exempting", exempting, [APPROVER]),
    ):
        head = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": {"name": name}}
        server.apply(head | {"kind": "ClusterRole", "rules": [rule]})
        subjects = [{"kind": "User", "name": user, "apiGroup": "rbac.authorization.k8s.io"} for user in users]
        reference = {"kind": "ClusterRole", "name": name, "apiGroup": "rbac.authorization.k8s.io"}
        server.apply(head | {"kind": "ClusterRoleBinding", "roleRef": reference, "subjects": subjects})


def until(condition: Any, seconds: float = 180) -> None:
    """Wait for something that the server does in its own time: a new policy takes a moment."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            raise AssertionError("the server did not get there in time")
        time.sleep(0.1)
