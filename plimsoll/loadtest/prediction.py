"""What was predicted of the setup that a load test drove, at the load that it drove."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from plimsoll.calibration.calibration import MeasuredSetup
from plimsoll.candidates.candidate import Candidate
from plimsoll.candidates.search import Search, search
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.start_up import record
from plimsoll.loadtest.results.run import AskedLoad, LoadRun
from plimsoll.sizing.replica import Replica, batch_at
from plimsoll.sizing.root_finding import root
from plimsoll.spec.load import TokenCount
from plimsoll.spec.read import LoadedSpec
from plimsoll.spec.sla import Sla
from plimsoll.spec.workload import Workload
from plimsoll.speed.facts import SpeedFacts

INPUT_OFF = 0.10
"""Share by which mean prompts of a run may differ from the spec's before they are predicted as they were."""


@record
class Driven:
    """The setup that runs drove: what a calibration calls it, its candidate, the rate planned for each."""

    setup: MeasuredSetup
    candidate: Candidate
    planned_qps: float
    planned: bool
    """Whether it is what the plan chooses."""


class Predictions:
    """Predicts what runs of one spec should have shown, from the constants alone."""

    def __init__(self, spec: LoadedSpec, speed: SpeedFacts) -> None:
        self.spec = spec
        self._speed = replace(speed, calibration=None)
        self.tried = search(spec.workload, spec.architecture, spec.catalog, self._speed)
        self._driven: dict[float | None, Search] = {}

    def tested(self, said: Mapping[str, str], file: str = "") -> Driven:
        """Find what runs drove: what they say themselves (in a `file`), else what the plan chooses.

        Raises:
            SpecError: nothing runs as they say, or the spec has no plan and they say nothing.
        """
        chosen = self.tried.holding[0] if self.tried.holding else None
        open_search = self._search(None)
        candidates = [each for each in open_search.candidates if each.setup.loaded is not None]
        matching = [each for each in candidates if _matches(each, said)]
        if chosen is not None and (not said.keys() & _KEYS or _matches(chosen, said)):
            found = next((each for each in matching if each.id == chosen.id), None)
        else:
            found = self._unplanned(matching, said)
        if found is None:
            raise SpecError(_nothing_runs(said, file))
        return self._tested(found, chosen)

    def _unplanned(self, matching: Sequence[Candidate], said: Mapping[str, str]) -> Candidate | None:
        if not said.keys() & _KEYS:
            raise SpecError(
                Problem(
                    f"{self.spec.workload.name} has no plan, and no result says what was tested",
                    "a factor is that of one setup",
                    "pin it: --set pin.instance_type=… --set pin.tensor_parallel=…",
                )
            )
        return min(matching, key=lambda each: (each.option.capacity_type, each.id), default=None)

    def _tested(self, found: Candidate, chosen: Candidate | None) -> Driven:
        setup, engine = found.setup, self.spec.workload.engine
        name, version = engine.name, engine.version
        server = getattr(self.tried.work, "engine", None)
        if server is not None:
            name, version = server.name, server.version
        architecture = self.spec.architecture
        tested = MeasuredSetup(
            model=architecture.name if architecture is not None else "",
            accelerator=setup.accelerator or "",
            engine=name,
            engine_version=version,
            tensor_parallel=setup.tensor_parallel or 1,
            precision=setup.precision or "",
        )
        planned = chosen is not None and found.id == chosen.id
        return Driven(tested, found, self._planned_qps(found, chosen), planned)

    def _planned_qps(self, found: Candidate, chosen: Candidate | None) -> float:
        """The peak of one replica, as the plan has it; of what is not planned, as much as it may carry."""
        peak = self.tried.traffic.peak_qps
        if chosen is not None and found.id == chosen.id and peak is not None:
            return peak / chosen.must_be_sized().fleet.serving
        return found.setup.loaded.qps if found.setup.loaded is not None else 0.0

    def replica(self, tested: Driven, run: LoadRun) -> Replica:
        """Take the replica that a run drove: its prompts are the spec's, or as long as they were."""
        driven = self._search(self._other_input(run))
        found = next(each for each in driven.candidates if each.id == tested.candidate.id)
        if found.setup.loaded is None:
            raise SpecError(Problem(f"{found.id} runs no such request", "", "", run.file.at, run.file.name))
        return found.setup.loaded.replica

    def _other_input(self, run: LoadRun) -> float | None:
        wanted, got = self.tried.traffic.input_tok.mean, run.counts.input_tok
        if got is None or wanted <= 0 or abs(got / wanted - 1) <= INPUT_OFF:
            return None
        return got

    def _search(self, input_tok: float | None) -> Search:
        """Search without limits: a setup whose prediction breaks one is what a test may clear."""
        if input_tok not in self._driven:
            spec = self.spec
            workload = _unlimited(spec.workload, input_tok)
            self._driven[input_tok] = search(workload, spec.architecture, spec.catalog, self._speed)
        return self._driven[input_tok]


_KEYS = {"instance_type", "accelerator", "tensor_parallel", "precision"}
"""What a result may say of the setup that it is of."""


def _matches(candidate: Candidate, said: Mapping[str, str]) -> bool:
    setup = candidate.setup
    theirs = {
        "instance_type": candidate.instance.name,
        "accelerator": setup.accelerator,
        "tensor_parallel": str(setup.tensor_parallel),
        "precision": setup.precision,
    }
    return all(said[key] == value for key, value in theirs.items() if key in said)


def _nothing_runs(said: Mapping[str, str], file: str) -> Problem:
    named = ", ".join(f"{key} {said[key]}" for key in sorted(_KEYS & said.keys()))
    what = f"the spec does not run on what was tested: {named}" if named else "nothing runs the spec"
    return Problem(
        what, "a factor is that of one setup", "calibrate with the spec that was tested", file=file
    )


def _unlimited(workload: Workload, input_tok: float | None) -> Workload:
    changed: dict[str, object] = {"sla": Sla(availability=workload.sla.availability), "budget": None}
    if input_tok is not None:
        changed["load"] = workload.load.model_copy(update={"input_tokens": TokenCount(mean=round(input_tok))})
    return workload.model_copy(update=changed)


def batch_of(replica: Replica, load: AskedLoad, qps: float) -> float:
    """Find the batch of a load: so many in flight, or at a rate; all that fits where there is no limit."""
    if load.in_flight is not None:
        return _batch_in_flight(replica, load.in_flight)
    if load.flooded:
        return replica.full_batch
    return batch_at(replica, qps, replica.full_batch)


def _batch_in_flight(replica: Replica, in_flight: float) -> float:
    """Find the batch at which so many are in flight; all that fits where more wait."""
    full = replica.full_batch
    if replica.in_flight(full) <= in_flight:
        return full
    return root(lambda batch: replica.in_flight(batch) / in_flight - 1, full)
