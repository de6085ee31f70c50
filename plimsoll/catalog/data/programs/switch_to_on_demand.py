"""Move a run from spot to on-demand when its hours leave no room for another interruption.

Started every minute in the cluster. Kueue gives the flavor that it gave before, whatever stock there is, so
the quota of the spot flavor goes to the on-demand flavor and the workload is evicted: it comes back on
demand. Hours are Kueue's own: those in which the workload was admitted, evictions and waits between left
out, as its maximum execution time counts them. A workload that Kueue itself ended is left alone.

Standard library only: it runs in any image with Python.
"""

import json
import os
import ssl
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
API = "/apis/kueue.x-k8s.io/v1beta2"
SWITCHING = "plimsoll.dev/switching"


def main() -> None:
    """Look once at the workloads of a run."""
    queue = os.environ["PLIMSOLL_QUEUE"]
    spot, on_demand = os.environ["PLIMSOLL_SPOT_FLAVOR"], os.environ["PLIMSOLL_ON_DEMAND_FLAVOR"]
    after_s = float(os.environ["PLIMSOLL_SWITCH_AFTER_S"])
    quotas = json.loads(os.environ["PLIMSOLL_QUOTAS"])
    path = f"{API}/namespaces/{os.environ['PLIMSOLL_NAMESPACE']}/workloads"
    running = [each for each in call("GET", path)["items"] if not holds(each, "Finished")]
    if not running:
        share(queue, {spot: quotas, on_demand: dict.fromkeys(quotas, "0")})
        return
    for workload in running:
        one = f"{path}/{workload['metadata']['name']}"
        if SWITCHING in (workload["metadata"].get("annotations") or {}):
            if not holds(workload, "QuotaReserved"):
                say(f"{workload['metadata']['name']} comes back on demand")
                patch(one, {"metadata": {"annotations": {SWITCHING: None}}, "spec": {"active": True}})
        elif on(workload, spot) and admitted_s(workload) >= after_s:
            say(f"{workload['metadata']['name']} leaves spot after {admitted_s(workload):.0f} s")
            share(queue, {spot: dict.fromkeys(quotas, "0"), on_demand: quotas})
            patch(one, {"metadata": {"annotations": {SWITCHING: "true"}}, "spec": {"active": False}})


def holds(workload: dict[str, Any], condition: str) -> bool:
    """Whether a condition of a workload is true."""
    conditions = workload.get("status", {}).get("conditions", [])
    return any(each["type"] == condition and each["status"] == "True" for each in conditions)


def on(workload: dict[str, Any], flavor: str) -> bool:
    """Whether a workload is admitted to a flavor."""
    if not holds(workload, "Admitted"):
        return False
    sets: list[dict[str, Any]] = workload["status"]["admission"]["podSetAssignments"]
    return any(flavor in each["flavors"].values() for each in sets)


def admitted_s(workload: dict[str, Any]) -> float:
    """Seconds that a workload has been admitted in all."""
    status = workload["status"]
    since = next(each["lastTransitionTime"] for each in status["conditions"] if each["type"] == "Admitted")
    began = datetime.fromisoformat(since.replace("Z", "+00:00"))
    now = datetime.now(UTC)
    return (now - began).total_seconds() + status.get("accumulatedPastExecutionTimeSeconds", 0)


def share(queue: str, by_flavor: dict[str, dict[str, str]]) -> None:
    """Write the quotas of the flavors, if they differ."""
    path = f"{API}/clusterqueues/{queue}"
    live = call("GET", path)
    groups = live["spec"]["resourceGroups"]
    for flavor in (each for group in groups for each in group["flavors"]):
        for resource in flavor["resources"]:
            resource["nominalQuota"] = by_flavor[flavor["name"]][resource["name"]]
    if groups != call("GET", path)["spec"]["resourceGroups"]:
        version = live["metadata"]["resourceVersion"]
        patch(path, {"metadata": {"resourceVersion": version}, "spec": {"resourceGroups": groups}})


def patch(path: str, body: dict[str, Any]) -> None:
    """Change an object."""
    call("PATCH", path, body)


def call(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask the API server, by the account of this pod."""
    server = os.environ.get("PLIMSOLL_API", "https://kubernetes.default.svc")
    account = Path(os.environ.get("PLIMSOLL_ACCOUNT", str(ACCOUNT)))
    headers = {
        "Authorization": f"Bearer {(account / 'token').read_text().strip()}",
        "Content-Type": "application/merge-patch+json",
    }
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server + path, data=data, method=method, headers=headers)  # noqa: S310
    context = ssl.create_default_context(cafile=str(account / "ca.crt"))
    context.check_hostname = "PLIMSOLL_API" not in os.environ
    with urllib.request.urlopen(request, context=context, timeout=20) as answer:  # noqa: S310
        return json.loads(answer.read() or b"{}")


def say(what: str) -> None:
    """Write a line to the log."""
    sys.stdout.write(f"{what}\n")


if __name__ == "__main__":
    main()
