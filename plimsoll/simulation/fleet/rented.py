"""What is rented for a simulation: replicas within bounds, how they start, and how they are taken away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from plimsoll.ground.start_up import record
from plimsoll.simulation.fleet.autoscaler import ScalingRule
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.use import ReplicaUse


class ReplicaServer(Protocol):
    """One replica takes requests and serves them in time."""

    use: ReplicaUse
    preemptions: int
    found_tok: int

    @property
    def in_flight(self) -> int:
        """Requests that were taken and are not done."""
        ...

    def offer(self, request: int) -> None:
        """Take a request."""
        ...

    def run(self, until: float) -> None:
        """Serve up to a time, seconds."""
        ...

    def lost(self) -> list[int]:
        """Give up, and name the requests that are not done."""
        ...


Maker = Callable[[Stream, Outcomes], ReplicaServer]
"""Starts one replica of a kind of work."""


@record
class RentedReplicas:
    """Replicas from `least` to `most`, of which `start` run when the simulation begins.

    `rule` is None where their number is fixed. The first `base` are on demand, the others on spot if `spot`;
    a spot node with `per_node` replicas is taken back `taken_per_hour` times an hour.
    """

    least: int
    start: int
    most: int
    rule: ScalingRule | None
    cold_start_s: float
    base: int = 0
    spot: bool = False
    per_node: int = 1
    taken_per_hour: float = 0.0

    @property
    def still(self) -> bool:
        """Whether nothing ever changes the number of replicas."""
        return self.rule is None and not (self.spot and self.taken_per_hour)


@dataclass(slots=True, eq=False)
class Lease:
    """A replica is paid from `since` to `until`, and serves from `ready` on; `server` is None for workers."""

    spot: bool
    since: float
    ready: float
    server: ReplicaServer | None = None
    leaving: bool = False
    deadline: float | None = None
    until: float | None = None
