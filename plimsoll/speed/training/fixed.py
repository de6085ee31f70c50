"""Fixed costs come once per micro-batch or step, whatever its tokens; here they are spread over them.

All in seconds per token on one accelerator.
"""

from plimsoll.speed.training.facts import TrainingFacts
from plimsoll.speed.training.job import TrainingJob

DEQUANTISED = 3
"""Times that NF4 weights are expanded in a micro-batch: forward, and twice backward with recompute."""

REFERENCE_BANDWIDTH = 2.039e12
"""Bytes per second of the A100-80GB, on which expansion was measured; elsewhere it goes with bandwidth."""

OFFLOADING = 8
"""Accelerators of the nodes whose hosts stepped the optimizer in the measured runs."""


def launching_s(facts: TrainingFacts, job: TrainingJob, computed_s: float) -> float:
    """Time what a micro-batch of few tokens loses, as so many tokens more."""
    return computed_s * facts.value("launch_tok") * job.layout.context_parallel / job.micro_batch_tok


def expanding_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the expansion of NF4 weights to 16 bit, once per layer and pass."""
    if job.recipe.method != "qlora":
        return 0.0
    slower = REFERENCE_BANDWIDTH / job.accelerator.bandwidth
    return DEQUANTISED * job.arch.params * slower / facts.value("expanded_per_s") / job.micro_batch_tok


def stepping_s(facts: TrainingFacts, job: TrainingJob) -> float:
    """Time the optimizer's step: so many bytes cross memory per trained parameter, of each rank's share."""
    if job.recipe.freezes:
        return 0.0
    layout = job.layout
    sharing = 1 if job.encodes or (layout.zero == 0) else layout.data_parallel
    held = job.arch.params / layout.model_parallel / sharing
    on_host = facts.value("offload_s") * job.arch.params * OFFLOADING / max(layout.accelerators, OFFLOADING)
    stepped = facts.value("step_bytes") * held / job.accelerator.bandwidth
    return (stepped + (on_host if job.offloads else 0.0)) / job.step_tok
