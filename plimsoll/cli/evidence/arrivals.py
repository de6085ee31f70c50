"""What a call says of the arrivals that are simulated, and what stands where it says nothing."""

from typing import TYPE_CHECKING

from plimsoll.ground.problems import Problem, SpecError

if TYPE_CHECKING:  # start-up: completion and help know the names alone
    from plimsoll.simulation.arrivals import ArrivalProcess
    from plimsoll.simulation.subject import SimulationSubject

PROCESSES = ("poisson", "bursty", "diurnal")
"""How requests may be drawn."""


def arrivals_of(subject: "SimulationSubject", how: str | None, count: int) -> "ArrivalProcess":
    """Draw so many requests as the call says, else by the hour where the load varies, else by chance.

    Raises:
        SpecError: a day is asked for whose hours are all alike.
    """
    from plimsoll.simulation.arrivals import ArrivalProcess, around_the_peak

    varies = len(set(subject.hourly)) > 1
    if how == "diurnal" and not varies:
        why = "its load is the same at every hour"
        fix = "give load.profile or an average below the peak, or take --arrivals poisson"
        raise SpecError(Problem("there is no day to simulate", why, fix, "--arrivals"))
    if how == "diurnal" or (how is None and varies):
        return around_the_peak(subject.qps, subject.hourly, count)
    return ArrivalProcess("bursty" if how == "bursty" else "poisson", subject.qps, count)
