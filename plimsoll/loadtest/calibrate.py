"""Runs of a load test become a calibration: each statistic by how much it differs from its prediction."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import fmean

from plimsoll.calibration.calibration import LEAST_SPREAD, RATE, last_day
from plimsoll.calibration.document import CalibrationDocument, CalibrationRow, FactorRow, RunRow
from plimsoll.calibration.read import FARTHEST, KEYS, SCHEMA
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.loadtest.measured import measured_block
from plimsoll.loadtest.points import points_of
from plimsoll.loadtest.prediction import Driven, Predictions, batch_of
from plimsoll.loadtest.refused import AskedOfRun, as_asked, of_enough, overloaded, refused
from plimsoll.loadtest.results.run import AskedLoad, LoadRun
from plimsoll.spec.read import LoadedSpec
from plimsoll.speed.facts import SpeedFacts

_DIGITS = 6


@record
class Calibrated:
    """A calibration, and what its author should know of it."""

    document: CalibrationDocument
    notes: tuple[str, ...]


def calibrate(
    spec: LoadedSpec,
    runs: Sequence[LoadRun],
    speed: SpeedFacts,
    replicas: int = 1,
    unread: Sequence[Problem] = (),
    variant: str | None = None,
) -> Calibrated:
    """Hold runs against what was predicted of them, and say by how much estimates are to move.

    `replicas` is how many of them a run drove, where it does not say so itself; `unread` is what is wrong
    with files that hold none. `variant` names the measurement that they are of, where the spec has several.

    Raises:
        SpecError: with every reason why a run may not be stood on, is of something else or was not read.
    """
    asked = asked_of(spec)
    runs = [as_asked(_of_one(run, replicas), asked) for run in runs]
    kept, notes = _accepted(runs, asked, spec, unread)
    runs, kept = [of_enough(run) for run in runs], [of_enough(run) for run in kept]
    if spec.workload.measured is not None:
        block = measured_block(spec.workload, kept, variant)
        return Calibrated(CalibrationDocument(SCHEMA, (), block, ()), notes)
    predictions = Predictions(spec, speed)
    tested = predictions.tested(_said(kept), kept[0].file.name)
    factors = _factors(predictions, tested, kept)
    _check_near(factors, kept[0].file.name)
    row = _row(tested, factors, runs, kept)
    points = tuple(point for run in kept for point in points_of(spec, tested, run))
    return Calibrated(CalibrationDocument(SCHEMA, (row,), None, points), (*notes, *_notes(tested, runs)))


def asked_of(spec: LoadedSpec) -> AskedOfRun:
    """Say what a spec asks of runs.

    Raises:
        SpecError: it asks for work that no load test's result tells of.
    """
    workload, architecture = spec.workload, spec.architecture
    if workload.load.queue is not None:
        why = "a load test asks, and a worker takes: its tasks take what its own log says"
        fix = "say measured.task_mean_ms"
        raise SpecError(Problem("a queue's worker is not calibrated", why, fix, "load.queue"))
    if architecture is not None and architecture.speech is not None:
        why = "seconds of audio are no tokens, and no tool's result says them"
        raise SpecError(Problem("speech is not calibrated", why, "measure it, and give measured", "model"))
    keys = tuple(workload.sla.latency_limits())
    if architecture is None or not architecture.generates:
        return AskedOfRun(keys, None, 0.0, "latency")
    from plimsoll.sizing.traffic import traffic_of

    traffic = traffic_of(workload.load, architecture)
    shared = min(traffic.shared_prefix_tok / traffic.input_tok.mean, 1.0) if traffic.input_tok.mean else 0.0
    return AskedOfRun(keys, traffic.output_tok.mean, shared)


def _of_one(run: LoadRun, replicas: int) -> LoadRun:
    """Take the load of one replica of those that a run drove."""
    said = run.said.get("replicas", "")
    count = int(said) if said.isdecimal() and int(said) > 0 else replicas
    if count == 1:
        return run
    load = run.load
    shared = AskedLoad(
        None if load.asked_qps is None else load.asked_qps / count,
        None if load.in_flight is None else load.in_flight / count,
        load.flooded,
    )
    return replace(run, load=shared, qps=run.qps / count)


def _accepted(
    runs: Sequence[LoadRun], asked: AskedOfRun, spec: LoadedSpec, unread: Sequence[Problem]
) -> tuple[list[LoadRun], tuple[str, ...]]:
    """Keep the runs that may be stood on; an overload beside one that held is the end of a sweep.

    Raises:
        SpecError: with every reason why a run is refused.
    """
    judged = [(run, [*refused(run, asked), *_of_another(run, spec)]) for run in runs]
    kept = [run for run, problems in judged if not problems]
    held = any(not run.load.flooded for run in kept)
    ends = [problems[0] for run, problems in judged if held and len(problems) == 1 and overloaded(run)]
    wrong = [problem for _, problems in judged for problem in problems if problem not in ends]
    if wrong or unread:
        raise SpecError([*unread, *wrong])
    return kept, tuple(f"left out: {problem}" for problem in ends)


def _said(runs: Sequence[LoadRun]) -> Mapping[str, str]:
    """Gather what the runs say of their setup; they have to agree.

    Raises:
        SpecError: two of them are of two setups.
    """
    said: dict[str, str] = {}
    for run in runs:
        for key, value in run.said.items():
            if key in _OF_A_SETUP and said.setdefault(key, value) != value:
                what = f"{key} is {value} here and {said[key]} in another result"
                why = "a calibration is made of runs of one setup"
                raise SpecError(Problem(what, why, "calibrate each alone", run.file.at, run.file.name))
    return said


_OF_A_SETUP = ("instance_type", "accelerator", "tensor_parallel", "precision", "engine", "engine_version")


def _of_another(run: LoadRun, spec: LoadedSpec) -> Iterator[Problem]:
    """Yield that a run is of another model, or of another engine than the spec runs.

    A server may call its model anything; only a name of the catalogue says that it is another one.
    """
    architecture, engine = spec.architecture, spec.workload.engine
    if architecture is None:
        return
    wanted = architecture.name
    for name in (run.said.get("model"), run.said.get("tokenizer")):
        found = spec.catalog.model(name) if name else None
        if found is not None and found != spec.catalog.model(wanted):
            yield _elsewhere(run, f"a run of {name}", f"the spec is of {wanted}")
            break
    for key, ours in (("engine", engine.name), ("engine_version", engine.version)):
        if run.said.get(key, ours) != ours:
            yield _elsewhere(run, f"measured with {key} {run.said[key]}", f"the spec runs {ours}")


def _elsewhere(run: LoadRun, what: str, why: str) -> Problem:
    return Problem(what, why, "calibrate with the spec that was tested", run.file.at, run.file.name)


def _factors(predictions: Predictions, tested: Driven, runs: Sequence[LoadRun]) -> dict[str, FactorRow]:
    """Work out the factor of a full replica first: rates of latencies are predicted by it."""
    found: dict[str, FactorRow] = {}
    filled = _fullest(runs)
    if filled:
        replica = predictions.replica(tested, filled[0])
        predicted = replica.qps_of(batch_of(replica, filled[0].load, 0.0))
        found[RATE] = _factor(predicted, [run.qps for run in filled])
    rate = found[RATE].factor if filled else 1.0
    driven = _nearest([run for run in runs if not run.load.flooded], tested.planned_qps)
    if driven:
        found |= _latency_factors(predictions, tested, driven, rate)
    return found


def _check_near(factors: Mapping[str, FactorRow], file: str) -> None:
    """Refuse what no plan would read: so far from its prediction is another unit, or another machine.

    Raises:
        SpecError: a factor is beyond what a calibration may say.
    """
    why = f"a calibration moves an estimate by 1/{FARTHEST:g} to {FARTHEST:g} times"
    fix = "check the unit of the file, and that this is what was tested"
    far = [
        Problem(f"{key} was {row.measured:g}, and {row.predicted:g} was predicted", why, fix, file=file)
        for key, row in factors.items()
        if not 1 / FARTHEST <= row.factor <= FARTHEST
    ]
    if far:
        raise SpecError(far)


def _latency_factors(
    predictions: Predictions, tested: Driven, runs: Sequence[LoadRun], rate: float
) -> dict[str, FactorRow]:
    replica = predictions.replica(tested, runs[0])
    load = runs[0].load
    batch = batch_of(replica, load, fmean(run.qps for run in runs) / rate)
    names = [key.removesuffix("_ms") for key in runs[0].latencies_ms if key in KEYS]
    predicted = dict(zip(names, replica.latencies_s(batch, names), strict=True))
    found: dict[str, FactorRow] = {}
    for name, seconds in predicted.items():
        values = [run.latencies_ms[f"{name}_ms"] for run in runs if f"{name}_ms" in run.latencies_ms]
        if all(value > 0 for value in values):
            found[f"{name}_ms"] = _factor(seconds * 1000, values)
    return found


def _fullest(runs: Sequence[LoadRun]) -> list[LoadRun]:
    """Take the runs that filled a replica most: without a rate, or with the most in flight.

    One request at a time, as a sweep of guidellm begins, fills none: it says how long one takes.
    """
    loops = [run for run in runs if run.load.flooded or (run.load.in_flight or 0) > 1]
    if not loops:
        return []
    fullest = max(loops, key=lambda run: run.load.in_flight or math.inf)
    return [run for run in loops if run.load == fullest.load]


def _nearest(runs: Sequence[LoadRun], planned_qps: float) -> list[LoadRun]:
    """Take the runs of the load that is nearest to the planned one; repeats of it count together.

    Where no file says what was asked (k6, Locust), a repeat is a run that achieved the same within a tenth.
    """
    if not runs:
        return []

    def away(run: LoadRun) -> float:
        return abs(math.log(max(run.qps, 1e-9) / max(planned_qps, 1e-9)))

    best = min(runs, key=away)
    same = [run for run in runs if run.load == best.load]
    if best.load != AskedLoad():
        return same
    return [run for run in same if abs(run.qps - best.qps) <= LEAST_SPREAD * best.qps]


def _factor(predicted: float, values: Sequence[float]) -> FactorRow:
    mean = fmean(values)
    low, high = min(values) / mean, max(values) / mean
    return FactorRow(
        predicted=_rounded(predicted),
        measured=_rounded(mean),
        factor=_rounded(mean / predicted),
        low=_rounded(min(low, 1 - LEAST_SPREAD)),
        high=_rounded(max(high, 1 + LEAST_SPREAD)),
    )


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _row(
    tested: Driven, factors: Mapping[str, FactorRow], runs: Sequence[LoadRun], kept: Sequence[LoadRun]
) -> CalibrationRow:
    setup = tested.setup
    day = max((run.day for run in runs if run.day), default=None)
    return CalibrationRow(
        model=setup.model,
        accelerator=setup.accelerator,
        engine=setup.engine,
        engine_version=setup.engine_version,
        tensor_parallel=setup.tensor_parallel,
        precision=setup.precision,
        ran_on=day,
        expires=last_day(day) if day else None,
        factors=factors,
        runs=tuple(_run_row(run, tested, kept) for run in runs),
    )


def _run_row(run: LoadRun, tested: Driven, kept: Sequence[LoadRun]) -> RunRow:
    driven = _nearest([each for each in kept if not each.load.flooded], tested.planned_qps)
    uses = [use for use, users in (("rate", _fullest(kept)), ("latency", driven)) if run in users]
    nothing = "nothing: another load" if run in kept else "nothing: overload"
    latencies: Mapping[str, float] = {} if run.load.flooded else run.latencies_ms
    return RunRow(
        file=run.file.title,
        sha256=run.file.sha256,
        tool=run.tool,
        ran_on=run.day,
        asked=run.load.title,
        qps=_rounded(run.qps),
        used_for=" and ".join(uses) or nothing,
        latencies_ms={key: _rounded(each) for key, each in latencies.items()},
    )


def _notes(tested: Driven, runs: Sequence[LoadRun]) -> list[str]:
    notes: list[str] = []
    if not tested.planned:
        notes.append(f"the plan of the spec chooses another setup than was tested, {tested.setup.title}")
    notes += [f"{run.file.title}: says no date; give --ran-on" for run in runs if run.day is None]
    notes += [
        f"{run.file.title}: an {run.said['server']} server answered, and the spec runs {tested.setup.engine}"
        for run in runs
        if run.said.get("server", tested.setup.engine) != tested.setup.engine
    ]
    notes += [
        f"{run.file.title}: request rate inf: a throughput point only, its latencies are ignored"
        for run in runs
        if run.load.flooded
    ]
    return notes
