"""Offline runs reach a share of what the model says of a full engine: fitted, by accelerator."""

import json
from functools import cache

from plimsoll.files.package import data_text
from plimsoll.ground.start_up import record


@record
class Offline:
    """What offline runs of vLLM reached; `share` of the modelled rate at so many sequences in flight.

    `interval` is the 10th and 90th percentile of measured ÷ estimated. Source: speed_fit/offline.py.
    """

    in_flight: int
    shares: dict[str, float]
    otherwise: float
    interval: tuple[float, float]

    def share(self, accelerator: str) -> float:
        """The share of an accelerator; the least of all where nobody measured one."""
        return self.shares.get(accelerator, self.otherwise)

    def measured(self, accelerator: str) -> bool:
        """Whether an offline run was measured on an accelerator."""
        return accelerator in self.shares


@cache
def offline() -> Offline:
    """Read the fitted shares."""
    data = json.loads(data_text("speed", "offline.json"))
    low, high = data["interval"]
    return Offline(int(data["in_flight"]), dict(data["shares"]), float(data["otherwise"]), (low, high))
