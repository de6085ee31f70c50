"""A share is one tenant's part of an accelerator: what its pod asks for, and how many there are of it."""

from typing import Annotated

from plimsoll.ground.start_up import record
from plimsoll.sizing.sharing.whole import RESOURCE
from plimsoll.spec.capacity import Sharing

SHARED_RESOURCE = f"{RESOURCE}.shared"
"""What NVIDIA's device plugin calls turns on a GPU with `renameByDefault`: a pod that wants a whole one never
lands on them."""


@record
class Tenancy:
    """One accelerator has `per_accelerator` tenants, each of which asks for one `resource`.

    `part` is what a tenant has of its memory; under time slicing nothing holds a tenant to it.
    """

    kind: Annotated[Sharing, "How it is shared: a type with a part of one, turns, slices of its hardware."]
    resource: Annotated[str, "Extended resource of which a pod asks for one."]
    per_accelerator: Annotated[int, "Tenants of one accelerator."]
    part: Annotated[float, "Part of one accelerator's memory that a tenant has."]
    profile: Annotated[str | None, "MIG profile; null for the other kinds."] = None

    @property
    def label(self) -> str:
        """The name by which ids of candidates, labels and files tell it from others; empty of a fraction."""
        if self.kind == "fraction":
            return ""
        return f"mig-{self.profile}" if self.kind == "mig" else f"shared-{self.per_accelerator}"

    @property
    def short(self) -> str:
        """The share in a word: `1/8`, `shared-2`, `mig-1g.10gb`."""
        return self.label or part_text(self.part)


def fraction(part: float) -> Tenancy:
    """Share by a type that has a part of an accelerator: its pod asks for one as if it were whole."""
    return Tenancy("fraction", RESOURCE, 1, part)


def turns(tenants: int) -> Tenancy:
    """Share by turns: each tenant has the whole accelerator, one after the other."""
    return Tenancy("time_slicing", SHARED_RESOURCE, tenants, 1 / tenants)


def slices(profile: str, per_accelerator: int, part: float) -> Tenancy:
    """Share by slices of a MIG profile, all of an accelerator alike."""
    return Tenancy("mig", f"nvidia.com/mig-{profile}", per_accelerator, part, profile)


def part_text(part: float) -> str:
    """Write a part as people do: 1/8 of an accelerator, 0.3 of one where it is no such part."""
    whole = round(1 / part)
    return f"1/{whole}" if abs(part * whole - 1) < 1e-9 else f"{part:g}"
