"""A measured rate is bound to where it was measured: accelerator, family of hosts, engine that was built."""

import re
from collections.abc import Iterator

from plimsoll.catalog.facts import InstanceType
from plimsoll.ground.assumption import Assumption
from plimsoll.sizing.limits import PINNED, Reason
from plimsoll.spec.measured.service_rules import NO_ACCELERATOR
from plimsoll.spec.workload import Measured

BUILT = frozenset({"tensorrt", "trt", "tensorrtllm", "trtllm"})
"""Words of a variant's name that say its engine is built for one accelerator. Source: NVIDIA TensorRT
documentation, "Engines created by TensorRT are specific to the TensorRT version and the GPU" (2026)."""


def unmeasured(measured: Measured, instance: InstanceType) -> Reason | None:
    """Say that nobody measured it on a type: another accelerator, or another family than the type named.

    Sizes of one family have the same processor and accelerator, so that a pod's rate holds on all of them.
    """
    wanted = None if measured.accelerator == NO_ACCELERATOR else measured.accelerator
    what = f"{measured.variant} was" if measured.variant else "the service was"
    if instance.accelerator != wanted:
        message = f"{what} measured on {wanted}; nobody measured it on {instance.accelerator}"
        again = f": rebuild the engine for {instance.accelerator} and measure it there"
        return PINNED.broken(message + (again if is_built(measured) else ""), wanted, instance.accelerator)
    name = measured.instance_type
    if name is not None and name.partition(".")[0] != instance.family:
        message = f"{what} measured on {name}; nobody measured it on {instance.family}"
        return PINNED.broken(message, name, instance.name)
    return None


def is_built(measured: Measured) -> bool:
    """Say whether a variant is an engine that was built for one accelerator, by its name."""
    words = re.split(r"[^a-z0-9]+", (measured.variant or "").lower().replace("-llm", "llm"))
    return not BUILT.isdisjoint(words) and measured.accelerator != NO_ACCELERATOR


def bindings(measured: Measured) -> Iterator[Assumption]:
    """Tell what a rate is bound to beyond its accelerator, or that nobody says it."""
    if is_built(measured):
        bound = "a TensorRT engine is bound to it and to TensorRT's version"
        source = f"{bound}: rebuild the engine where either changes"
        yield Assumption("engine built for", measured.accelerator, None, source)
    if measured.startup_s is not None:
        yield Assumption("measured.startup_s", measured.startup_s, "s", measured.source)
    if measured.accelerator == NO_ACCELERATOR and measured.instance_type is None:
        source = "nobody says on which CPU; give measured.instance_type to hold it to that family"
        yield Assumption("measured rate holds on", "every x86_64 family", None, source)
