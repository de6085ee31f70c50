"""Sharing says how many tenants one accelerator has: today one, since Kubernetes counts whole ones only."""

from plimsoll.catalog.facts import InstanceType
from plimsoll.sizing.limits import HOST, Reason

RESOURCE = "nvidia.com/gpu"
"""Kubernetes' name of one whole accelerator (NVIDIA device plugin)."""

NOT_COUNTED = "holds a fraction of an accelerator, which Kubernetes does not count"

AS_ONE = " as one"
"""How the sentence ends for a server of whole requests, which takes one accelerator whatever the model."""


def fraction_problem(instance: InstanceType, *, ending: str = "") -> str:
    """Say why no pod can ask for the accelerator of an instance type; empty if it has whole ones."""
    if instance.accelerator_fraction >= 1:
        return ""
    return f"{instance.family} {NOT_COUNTED}{ending}"


def shared(instance: InstanceType, *, ending: str = "") -> tuple[Reason, ...]:
    """Break the host's limit where an instance type has a part of an accelerator."""
    problem = fraction_problem(instance, ending=ending)
    if not problem:
        return ()
    return (HOST.broken(problem, 1, instance.accelerator_fraction, "accelerators"),)
