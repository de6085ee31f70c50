"""A fleet serves a stream: replicas behind a router, counted by an autoscaler, some of them taken back."""

import math
from collections import deque

from plimsoll.simulation.chance.draws import Draws
from plimsoll.simulation.fleet.autoscaler import TICK_S, Autoscaler
from plimsoll.simulation.fleet.rented import Lease, Maker, RentedReplicas, ReplicaServer
from plimsoll.simulation.servers.stream import Outcomes, Stream
from plimsoll.simulation.servers.tasks import TaskQueue
from plimsoll.simulation.servers.use import ReplicaUse

NOTICE_S = 120.0
"""Seconds between the notice and the end of a spot instance (AWS, EC2 user guide)."""

RATE_OVER_S = 60.0
"""Seconds over which a rate of requests is taken, as the manifests' queries do."""


class ServingFleet:
    """Leases come and go; a kind of fleet says how requests reach them. Time passes in ticks of a scaler."""

    def __init__(self, rented: RentedReplicas, stream: Stream, seed: int) -> None:
        self.rented, self.stream = rented, stream
        self.outcomes = Outcomes(len(stream))
        self.leases: list[Lease] = []
        self.cold_starts = self.taken_back = self.sent_again = 0
        self.ended = 0.0
        self._fate = Draws(seed, "reclaim")
        self._scaler = Autoscaler(rented.rule, rented.start) if rented.rule is not None else None
        self._next = 0

    def serve(self) -> None:
        """Serve every request of the stream."""
        for place in range(self.rented.start):
            self._open(self._is_spot(place), 0.0, 0.0)
        if self.rented.still:
            self._offer_before(math.inf)
            self._run(math.inf)
        else:
            now = 0.0
            while self._next < len(self.stream) or self._in_flight(now):
                now += TICK_S
                self._tick(now)
        self.ended = max(self.outcomes.done, default=0.0)

    @property
    def uses(self) -> list[ReplicaUse]:
        """How each replica was used, or all workers together."""
        raise NotImplementedError

    @property
    def preemptions(self) -> int:
        """How often a request lost its cache to others."""
        return 0

    @property
    def prefix_hits(self) -> float | None:
        """The share of prompt tokens that prefix caches had; None where no trace tells of beginnings."""
        return None

    def _tick(self, until: float) -> None:
        self._offer_before(until)
        self._run(until)
        self._end_leases(until)
        self._reclaim(until)
        if self._scaler is not None:
            here = [lease for lease in self.leases if not lease.leaving]
            wanted = self._scaler.decide(until, len(here), self._load(until))
            self._change(here, wanted, until)

    def _change(self, here: list[Lease], wanted: int, now: float) -> None:
        """Start replicas, or let those go that came last; what has not started yet goes first."""
        for place in range(len(here), wanted):
            self._open(self._is_spot(place), now, now + self.rented.cold_start_s)
            self.cold_starts += 1
        last_first = here[::-1]
        last_first.sort(key=lambda lease: -lease.ready)
        for lease in last_first[: max(len(here) - wanted, 0)]:
            self._leave(lease, None)

    def _reclaim(self, now: float) -> None:
        """Take back a spot node by chance: its replicas have their notice, others start in their place."""
        rented = self.rented
        spot = [lease for lease in self.leases if lease.spot and not lease.leaving]
        if not (spot and rented.taken_per_hour):
            return
        nodes = math.ceil(len(spot) / rented.per_node)
        if self._fate.uniform() >= nodes * rented.taken_per_hour * TICK_S / 3600:
            return
        first = self._fate.below(nodes) * rented.per_node
        for lease in spot[first : first + rented.per_node]:
            self._leave(lease, now + NOTICE_S)
            self._open(True, now, now + rented.cold_start_s)
            self.taken_back += 1
            self.cold_starts += 1

    def _is_spot(self, place: int) -> bool:
        return self.rented.spot and place >= self.rented.base

    def _open(self, spot: bool, now: float, ready: float) -> None:
        self.leases.append(Lease(spot, now, ready))

    def _leave(self, lease: Lease, deadline: float | None) -> None:
        lease.leaving, lease.deadline = True, deadline

    def _end_leases(self, now: float) -> None:
        """End what is leaving and has nothing more to do; at its deadline whatever it does."""
        raise NotImplementedError

    def _offer_before(self, until: float) -> None:
        times, count = self.stream.times, len(self.stream)
        while self._next < count and times[self._next] < until:
            self._offer(self._next)
            self._next += 1

    def _offer(self, request: int) -> None:
        raise NotImplementedError

    def _run(self, until: float) -> None:
        raise NotImplementedError

    def _in_flight(self, now: float) -> int:
        raise NotImplementedError

    def _load(self, now: float) -> float:
        """Sum up what the autoscaler watches."""
        raise NotImplementedError


class ReplicaFleet(ServingFleet):
    """Replicas behind a Service: each request goes to one of those that are ready, by chance (kube-proxy)."""

    def __init__(self, rented: RentedReplicas, make: Maker, stream: Stream, seed: int) -> None:
        super().__init__(rented, stream, seed)
        self._make = make
        self._router = Draws(seed, "router")
        self._ready: list[ReplicaServer] = []
        self._held: deque[int] = deque()
        self._all: list[ReplicaServer] = []
        self._refresh = True

    @property
    def uses(self) -> list[ReplicaUse]:
        """How each replica was used."""
        return [server.use for server in self._all]

    @property
    def preemptions(self) -> int:
        """How often a request lost its cache to others."""
        return sum(server.preemptions for server in self._all)

    @property
    def prefix_hits(self) -> float | None:
        """The share of prompt tokens that prefix caches had; None where no trace tells of beginnings."""
        if not self.stream.blocks:
            return None
        asked = sum(self.stream.prompts)
        return sum(server.found_tok for server in self._all) / asked if asked else 0.0

    def _open(self, spot: bool, now: float, ready: float) -> None:
        server = self._make(self.stream, self.outcomes)
        server.run(now)
        self._all.append(server)
        self.leases.append(Lease(spot, now, ready, server))

    def _offer_before(self, until: float) -> None:
        start = until - TICK_S if until < math.inf else 0.0
        self._ready = [
            lease.server
            for lease in self.leases
            if lease.server is not None and lease.ready <= start and not lease.leaving
        ]
        held, self._held = self._held, deque()
        for request in held:
            self._offer(request)
        super()._offer_before(until)

    def _offer(self, request: int) -> None:
        """Send a request to a replica, or keep it at the gateway while none is ready."""
        count = len(self._ready)
        if not count:
            self._held.append(request)
        else:
            self._ready[self._router.below(count) if count > 1 else 0].offer(request)

    def _run(self, until: float) -> None:
        for lease in self.leases:
            if lease.until is None and lease.server is not None:
                lease.server.run(until)

    def _end_leases(self, now: float) -> None:
        for lease in self.leases:
            server = lease.server
            if not lease.leaving or lease.until is not None or server is None:
                continue
            if not server.in_flight:
                lease.until = now
            elif lease.deadline is not None and lease.deadline <= now:
                lost = server.lost()
                self.sent_again += len(lost)
                self._held.extend(lost)
                lease.until = now

    def _in_flight(self, now: float) -> int:
        del now
        open_ = (lease.server for lease in self.leases if lease.until is None and lease.server is not None)
        return len(self._held) + sum(server.in_flight for server in open_)

    def _load(self, now: float) -> float:
        rule = self.rented.rule
        if rule is None or rule.metric != "requests_per_second":
            return float(self._in_flight(now))
        since, place, times = now - RATE_OVER_S, self._next, self.stream.times
        while place and times[place - 1] >= since:
            place -= 1
        return (self._next - place) / min(RATE_OVER_S, now)


class WorkerFleet(ServingFleet):
    """Workers behind a queue: each has slots, and takes the next task when one is free."""

    def __init__(self, rented: RentedReplicas, slots: int, task_s: float, stream: Stream, seed: int) -> None:
        super().__init__(rented, stream, seed)
        self._slots = slots
        self._tasks = TaskQueue(task_s, stream, self.outcomes)

    @property
    def uses(self) -> list[ReplicaUse]:
        """How all workers together were used."""
        return [self._tasks.use]

    def _open(self, spot: bool, now: float, ready: float) -> None:
        super()._open(spot, now, ready)
        self._tasks.add(self._slots, ready)

    def _leave(self, lease: Lease, deadline: float | None) -> None:
        super()._leave(lease, deadline)
        self._tasks.remove(self._slots)

    def _end_leases(self, now: float) -> None:
        for lease in self.leases:
            if lease.leaving and lease.until is None:
                lease.until = now

    def _offer(self, request: int) -> None:
        self._tasks.offer(request)

    def _run(self, until: float) -> None:
        self._tasks.run(until)

    def _in_flight(self, now: float) -> int:
        return self._tasks.waiting + self._tasks.running(now)

    def _load(self, now: float) -> float:
        rule = self.rented.rule
        running = self._tasks.running(now) if rule is not None and rule.counts_running else 0
        return float(self._tasks.waiting + running)
