"""The second type of a mix is what its burst runs on, beside a base of another type."""

from typing import TYPE_CHECKING

from plimsoll.ground.start_up import record
from plimsoll.money.terms import Rates
from plimsoll.sizing.cold_start import cold_start_s
from plimsoll.sizing.pool import Pool

if TYPE_CHECKING:
    from plimsoll.candidates.candidate import Option

BURST = "burst"
"""Name of the pool that follows the load."""


@record
class SecondType:
    """The burst of a mix: what it rents, its prices, the share of the peak it serves, on how many replicas.

    `serving` are those of the burst, `base_serving` those of the base, both without spares.
    """

    option: "Option"
    rates: Rates
    share: float
    serving: int
    base_serving: int
    evenly: bool
    hourly_replicas: tuple[int, ...]

    @property
    def cold_start_s(self) -> float:
        """Seconds from a missing node of the burst to its first answer."""
        setup = self.option.setup
        return cold_start_s(
            self.option.instance, setup.weights_bytes, own_image=setup.own_image, start_s=setup.start_s
        )

    def runs(self, pool: Pool) -> bool:
        """Say whether a pool is that of the burst."""
        return pool.name == BURST
