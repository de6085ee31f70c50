"""MIG cuts a GPU into slices of a few profiles: what each has, and what it takes of the GPU."""

from functools import cache

from plimsoll.catalog.rows import rows
from plimsoll.ground.start_up import record
from plimsoll.sizing.sharing.share import Tenancy, slices
from plimsoll.spec.sharing_rules import PROFILES


@record
class Profile:
    """One profile of one accelerator (`catalog/data/mig_profiles.csv`).

    `memory_gib` is what is usable; a slice takes `slots` of `board_slots` memory slots and `compute` of seven
    compute slices; `count` is how many the GPU has if it has no other.
    """

    name: str
    memory_gib: float
    sms: int
    board_sms: int
    slots: int
    compute: int
    board_slots: int
    count: int

    @property
    def part(self) -> float:
        """Its part of the accelerator's memory."""
        return self.slots / self.board_slots

    @property
    def share(self) -> Tenancy:
        """The share of a GPU that is cut into slices of this profile alone."""
        return slices(self.name, self.count, self.part)

    @property
    def rate(self) -> tuple[float, float, float]:
        """What a slice does of the whole GPU's rate, with the 10th and 90th percentile.

        A seventh: 0.125, 0.11 to 0.14 (MLPerf v1.1 and v2.1: 0.114 to 0.139 of an A100's offline rate);
        others by their multiprocessors, 20 % less to 5 % more.
        """
        if self.compute == 1 and self.slots == 1 and self.board_slots == WHOLE_SLOTS:
            return 0.125, 0.11, 0.14
        share = self.sms / self.board_sms
        return share, 0.80 * share, 1.05 * share


WHOLE_SLOTS = 8
"""Memory slots of a data-centre GPU; the boards of the RTX PRO series have four."""


@cache
def profiles_of(accelerator: str) -> tuple[Profile, ...]:
    """List the profiles of an accelerator, smallest first; none where it has no MIG."""
    return tuple(
        Profile(
            name=row["profile"],
            memory_gib=float(row["memory_gib"]),
            **{
                key: int(row[key]) for key in ("sms", "board_sms", "slots", "compute", "board_slots", "count")
            },
        )
        for row in rows(PROFILES)
        if row["accelerator"] == accelerator
    )


def accelerators_with_mig() -> tuple[str, ...]:
    """List the accelerators that have profiles."""
    return tuple(dict.fromkeys(row["accelerator"] for row in rows(PROFILES)))
