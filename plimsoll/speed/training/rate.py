"""The rate of training is accelerators over what one token costs on one of them."""

from plimsoll.ground.start_up import record
from plimsoll.speed.training.communication import bubble, exchanging_s, gradients_s, sharded_s, tensor_s
from plimsoll.speed.training.compute import compute_s
from plimsoll.speed.training.facts import TrainingFacts, TrainingInterval
from plimsoll.speed.training.fixed import expanding_s, launching_s, stepping_s
from plimsoll.speed.training.flops import training_flops_per_token
from plimsoll.speed.training.job import TrainingJob


@record
class TrainingSpeed:
    """The speed of a run: trained tokens per second of all accelerators, and model FLOPs utilisation.

    `low` and `high` are tokens per second at 10 and 90 % of what was measured in such runs, `kind` of which;
    `compute_share` is the part of the time that is not communication or waiting. `mfu` is over the dense
    16-bit peak, with attention counted without the causal half.
    """

    tokens_per_s: float
    low: float
    high: float
    kind: str
    mfu: float
    compute_share: float


def token_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Seconds that one token takes of one accelerator, everything included."""
    return _with_the_rest(facts, job, compute_s(facts, job))


def _with_the_rest(facts: TrainingFacts, job: TrainingJob, compute: float) -> float:
    computed = compute + exchanging_s(facts, job)
    worked = computed + launching_s(facts, job, computed) + expanding_s(facts, job)
    waited = tensor_s(facts, job) + gradients_s(facts, job) + sharded_s(facts, job)
    return worked * bubble(job) + waited + stepping_s(facts, job)


def training_speed(facts: TrainingFacts, job: TrainingJob) -> TrainingSpeed:
    """Work out how fast a language model or encoder trains; images and sound have no such formula."""
    computed = compute_s(facts, job)
    seconds = _with_the_rest(facts, job, computed)
    rate = job.layout.accelerators / seconds
    within = training_interval(facts, job)
    flops = training_flops_per_token(job.arch, job.recipe.sequence_tok, frozen=job.recipe.freezes)
    return TrainingSpeed(
        tokens_per_s=rate,
        low=rate * within.low,
        high=rate * within.high,
        kind=within.kind,
        mfu=flops / seconds / job.peak,
        compute_share=computed / seconds,
    )


def training_interval(facts: TrainingFacts, job: TrainingJob) -> TrainingInterval:
    """Find the interval by the kind of run; parts whose share data did not set have the widest."""
    kind = interval_kind(facts, job)
    low, high = facts.intervals[kind]
    return TrainingInterval(low, high, kind)


def interval_kind(facts: TrainingFacts, job: TrainingJob) -> str:
    """Name what a run's interval was calibrated on."""
    if facts.share(job.accelerator).basis != "fitted":
        return "assumed"
    if job.encodes:
        return "encoder"
    if job.arch.experts is not None:
        return "mixture"
    return "plain" if job.recipe.stack == "plain" else "tuned_or_standard"
