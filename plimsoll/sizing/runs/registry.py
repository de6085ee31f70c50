"""Each kind of run has its work; the spec says which."""

from plimsoll.catalog.facts import Catalog
from plimsoll.models.architecture import Architecture
from plimsoll.sizing.runs.pace import RunWork
from plimsoll.spec.runs.asked import RunAsked
from plimsoll.spec.runs.training import TrainingSpec
from plimsoll.speed.facts import SpeedFacts


def run_work_of(
    spec: RunAsked, architecture: Architecture | None, catalog: Catalog, speed: SpeedFacts
) -> RunWork:
    """Make the work of a run's spec."""
    if isinstance(spec, TrainingSpec):
        return _training(spec, architecture, catalog)
    if spec.kind == "batch" and architecture is not None:
        from plimsoll.sizing.runs.batch import BatchRun
        from plimsoll.spec.runs.batch import BatchSpec

        if isinstance(spec, BatchSpec):
            return BatchRun(spec, architecture, catalog, speed)
    msg = f"no work of kind {spec.kind}"
    raise ValueError(msg)


def _training(spec: TrainingSpec, architecture: Architecture | None, catalog: Catalog) -> RunWork:
    if spec.measured is not None:
        from plimsoll.sizing.runs.measured import MeasuredRun

        return MeasuredRun(spec, spec.measured, catalog)
    if architecture is None:
        msg = "a training without a measurement has a model"
        raise ValueError(msg)
    from plimsoll.sizing.training.run import ModelledRun

    return ModelledRun(spec, architecture, catalog)
