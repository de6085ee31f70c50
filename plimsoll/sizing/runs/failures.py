"""Nodes fail, whoever rents them: how often a job is interrupted, and how long it then takes.

E[T] = (W ÷ τ) · M · e^(R/M) · (e^((τ+δ)/M) − 1): Daly's expected run time with exponential failures, W hours
of work, an interval τ that blocks δ, M hours between failures of the whole job, R hours to be back.
"""

from math import exp, expm1

from plimsoll.ground.start_up import record

HOURS_PER_DAY = 24.0

NODE_ACCELERATORS = 8
"""Failure rates are published for nodes of eight accelerators; smaller nodes fail in proportion."""

SOFTWARE_FAILURE_H = 200.0
"""Hours between failures that no node causes: small jobs fail more by software. Inferred."""

MOST_GROWTH = 50.0
"""e^50 says what e^500 would: the run never ends."""


@record
class Interrupted:
    """A job of `between_h` hours between failures, that is back `back_h` hours after one."""

    between_h: float
    back_h: float


def between_failures_h(nodes: int, accelerators: int, per_1000_node_days: float) -> float:
    """Hours between failures of a whole job: those of its nodes, and those of its software."""
    equivalents = nodes * max(accelerators, 1) / NODE_ACCELERATORS
    hardware = per_1000_node_days * equivalents / (1000 * HOURS_PER_DAY)
    return 1 / (hardware + 1 / SOFTWARE_FAILURE_H)


def expected_h(work_h: float, interval_h: float, blocking_h: float, job: Interrupted) -> float:
    """Hours that work takes on average, with saves, losses and returns."""
    growth = min((interval_h + blocking_h) / job.between_h, MOST_GROWTH)
    return work_h / interval_h * job.between_h * exp(job.back_h / job.between_h) * expm1(growth)


def failures_at(share: float, mean: float) -> int:
    """Count the failures that a share of runs stays within: a quantile of Poisson."""
    mean = min(mean, MOST_GROWTH)
    term = total = exp(-mean)
    count = 0
    while total < share:
        count += 1
        term *= mean / count
        total += term
    return count
