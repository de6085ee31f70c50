"""Changed caps are waited for: the API server takes them in a moment after it accepted them.

It reads its admission policies anew every second (`policyRefreshIntervalDefault`, k8s.io/apiserver
pkg/admission/plugin/policy/generic). Without the wait, a raised pool would still be judged by the old cap,
and the update of a plan that grew would fail half-way.
"""

import time

import pulumi

SETTLES_S = 3
"""Three of the server's refresh intervals."""


def _settle(_: pulumi.ResourceHookArgs) -> None:
    time.sleep(SETTLES_S)


def settled(workload: str) -> pulumi.ResourceHookBinding:
    """Hook the wait to a workload's policies: what depends on them starts when they are in force."""
    hook = pulumi.ResourceHook(f"{workload}-caps-in-force", _settle)
    return pulumi.ResourceHookBinding(after_update=[hook])
