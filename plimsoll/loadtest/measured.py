"""A measured service's block: the highest rate whose latency held the sla, with where it is from."""

from collections.abc import Sequence

from plimsoll.calibration.document import MeasuredBlock
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.units import figure
from plimsoll.loadtest.results.run import LoadRun
from plimsoll.spec import defaults
from plimsoll.spec.measured.service import Measured
from plimsoll.spec.workload import Workload


def measured_block(workload: Workload, runs: Sequence[LoadRun], variant: str | None = None) -> MeasuredBlock:
    """Write the block of a spec from the runs of a sweep; what a run does not tell stays as the spec has it.

    Raises:
        SpecError: no run held the sla, or none has a latency; or nobody says of which variant they are.
    """
    was = _the_one(workload, variant)
    limits = workload.sla.latency_limits()
    driven = [run for run in runs if not run.load.flooded and run.latencies_ms]
    held = [run for run in driven if all(run.latencies_ms[key] <= limit for key, limit in limits.items())]
    if not held:
        raise SpecError(_none_held(driven, limits))
    best = max(held, key=lambda run: run.qps)
    return MeasuredBlock(
        accelerator=was.accelerator,
        qps_per_replica=float(f"{best.qps:.4g}"),
        latency_p50_ms=_latency(best, "p50"),
        latency_p90_ms=_latency(best, "p90"),
        latency_p95_ms=_latency(best, "p95"),
        latency_p99_ms=_latency(best, "p99"),
        cpu=was.cpu,
        memory_gib=was.memory_gib,
        accelerator_memory_gib=was.accelerator_memory_gib,
        source=f"{best.tool}{f', run of {best.day}' if best.day else ''}, sha256 {best.file.sha256}",
        variant=was.variant,
        instance_type=was.instance_type,
        accelerators=_unless(was.accelerators, defaults.ACCELERATORS),
        accelerator_share=was.accelerator_share,
        startup_s=was.startup_s,
        image=was.image,
        command=was.command,
        port=_unless(was.port, defaults.PORT),
    )


def _unless(value: int, default: int) -> int | None:
    """Leave out what a spec need not say."""
    return None if value == default else value


def _the_one(workload: Workload, variant: str | None) -> Measured:
    """Take the measurement that a result is of: the one named, or the only one."""
    measurements = workload.measurements
    if variant is None and len(measurements) == 1:
        return measurements[0]
    found = next((each for each in measurements if variant and each.variant == variant), None)
    if found is not None:
        return found
    named = ", ".join(each.variant for each in measurements if each.variant) or "none"
    if variant is not None:
        what = f"no variant {variant[:40]!r}"
        raise SpecError(Problem(what, f"the variants of the spec: {named}", "name one of them", "--variant"))
    what, why = f"the spec has {len(measurements)} variants", "a result does not say of which of them it is"
    raise SpecError(Problem(what, why, f"say it: --variant NAME, one of {named}", "measured"))


def _latency(run: LoadRun, name: str) -> float | None:
    found = run.latencies_ms.get(f"latency_{name}_ms")
    return None if found is None else float(f"{found:.4g}")


def _none_held(driven: Sequence[LoadRun], limits: dict[str, float]) -> list[Problem]:
    """Say of each run by what it misses the sla; of no run, that only floods were given."""
    if not driven:
        why = "a saturated rate is not what a replica carries within its sla"
        return [Problem("no run has a rate and a latency", why, "test at a rate")]
    return [
        _missed(run, key, limit)
        for run in driven
        for key, limit in limits.items()
        if run.latencies_ms[key] > limit
    ]


def _missed(run: LoadRun, key: str, limit: float) -> Problem:
    name = key.removesuffix("_ms").replace("_", " ")
    what = f"{name} was {figure(run.latencies_ms[key])} ms at {figure(run.qps)} req/s"
    return Problem(what, f"the limit is {limit:g} ms", "test at a lower rate", run.file.at, run.file.name)
