"""A JobSet claims volumes that end with it; how long that is, its bound and the time that it is kept say.

Source: JobSet v0.12 (`volumeClaimPolicies`: claims are made with the JobSet, suspended or not, and deleted
with it unless they are retained; `ttlSecondsAfterFinished` deletes it).
"""

from collections.abc import Iterator

from plimsoll.graph.resource import Resource
from plimsoll.graph.types import kind_of
from plimsoll.ground.tree import View
from plimsoll.ground.units import HOURS_PER_MONTH
from plimsoll.pricing.charges import Run
from plimsoll.pricing.index import Index
from plimsoll.pricing.inputs import inputs_of
from plimsoll.pricing.kubernetes.classes import storage_classes
from plimsoll.pricing.kubernetes.lustre import Lasting
from plimsoll.pricing.kubernetes.runs.bound import read_bound
from plimsoll.pricing.kubernetes.runs.taints import is_queued

_FIRST_POD = "WaitForFirstConsumer"


def claims_of_set(resource: Resource) -> Iterator[View]:
    """Yield the claims that a JobSet makes with itself."""
    if kind_of(resource) == ("jobset.x-k8s.io", "JobSet"):
        for policy in inputs_of(resource)["spec"]["volumeClaimPolicies"].items():
            yield from (template["spec"] for template in policy["templates"].items())


def lasting_of(resource: Resource, claim: View, index: Index) -> Lasting | None:
    """Read how long a JobSet's claim lasts: its bound, and the time that it is kept; None: for ever.

    It ends with the JobSet, unless it is retained. Nothing bounds how long a queued run waits between two
    admissions, which its file system does not: each run is counted with a whole month. Before the first
    admission there is none only where the class waits for the first pod.
    """
    spec = inputs_of(resource)["spec"]
    kept, bound = spec["ttlSecondsAfterFinished"], read_bound(resource)
    retained = any(
        policy["retentionPolicy"]["whenDeleted"].text("Delete") != "Delete"
        for policy in spec["volumeClaimPolicies"].items()
    )
    if bound is None or kept.absent or retained:
        return None
    if not is_queued(resource):
        return Lasting(Run(bound.source, bound.runs), bound.seconds + kept.count())
    classes = storage_classes(claim["storageClassName"].text(""), index)
    waits = all(each["volumeBindingMode"].text("Immediate") == _FIRST_POD for each in classes)
    return Lasting(Run(bound.source, bound.runs), int(HOURS_PER_MONTH * 3600)) if waits else None
