"""These values hold where a spec says nothing; they are written here once.

The model of the spec, its contradictions and hints, sizing and the plan's assumptions take them from
here; the published schema is made from the model, and a test holds the template of `plimsoll new` to it.
"""

from typing import Final

NAME: Final = "workload"
"""Where neither the spec nor its file has a name."""

ENGINE: Final = "vllm"
ENGINE_VERSION: Final = "0.22"
"""What the constants of the speed model were fitted on (`plimsoll.engines.benchmarked.REFERENCE`)."""

KV_CACHE_DTYPE: Final = "auto"
"""The engine's own choice: 16 bit, unless the checkpoint says otherwise."""

INPUT_TOKENS: Final = 1000
"""Mean prompt tokens of a request."""
OUTPUT_TOKENS: Final = 200
"""Mean generated tokens of a request."""
P95_RATIO: Final = 2
"""95th percentile ÷ mean of a request's tokens."""
AUDIO_S: Final = 30
"""Seconds of audio of a request: one window of Whisper."""
TOKENS_PER_AUDIO_S: Final = 4
"""Output tokens per second of audio: about 150 words a minute, at 1.5 tokens each."""

PEAK_OF_USERS: Final = 3
"""Peak ÷ average of requests that people make, where no profile says it."""

CONTEXT_PART: Final = 4
"""A default mean is at most the model's context divided by this."""

AVAILABILITY: Final = 0.99
"""Share of the time in which the peak can be served."""

CONFIDENCE: Final = 0.5
"""Quantile of what would be measured at which latency limits are held: the estimate."""

BUDGET_BASIS: Final = "ceiling"
REGION: Final = "us-east-1"
SPOT: Final = "never"
ON_DEMAND_BASE: Final = 0
"""Replicas."""

NODES_PER_REPLICA: Final = 1
"""A replica lies on one node."""

MIX: Final = 1
"""One instance type serves all of a load."""

MIN_REPLICAS: Final = 1
CACHE_NODES: Final = 2
CACHE_KEPT_IN: Final = "elasticache"
"""Nodes of a cache of answers: a primary and its replica, so that a failure forgets nothing."""
TIMEZONE: Final = "UTC"
"""On whose clock a schedule is read."""
ACCELERATORS: Final = 1
"""Accelerators of one replica of a measured service."""
PORT: Final = 8080
"""Port of a container whose image its owner brings, such as a measured service's."""

TASK_CV: Final = 1
"""Standard deviation ÷ mean of a task's time: that of exponential times."""
TASKS_AT_ONCE: Final = 1
"""Tasks that one worker takes at once."""
LONGEST_SPREADS: Final = 3
"""Standard deviations above its mean that a task may take where a spec does not say the longest."""

METHOD: Final = "full"
"""How a run trains: all parameters."""
STACK: Final = "standard"
"""Software of a run: FSDP2 with compile and FlashAttention."""
OPTIMIZER: Final = "adamw"
"""AdamW in mixed precision: 16-bit weights, 32-bit master copy and moments."""
SEQUENCE_TOKENS: Final = 2048
"""Tokens of a sequence in fine-tuning."""
PRETRAIN_SEQUENCE_TOKENS: Final = 8192
"""Tokens of a sequence in pre-training."""
GLOBAL_BATCH_SAMPLES: Final = 64
"""Sequences of one optimizer step in fine-tuning."""
PRETRAIN_BATCH_TOKENS: Final = 4_194_304
"""Tokens of one optimizer step in pre-training: its sequences are this ÷ the sequence."""
SAMPLE_TOKENS: Final = 1000
"""Mean tokens of a training sample."""
EPOCHS: Final = 1
"""Times that all samples are trained on."""
LORA_RANK: Final = 16
LORA_TARGETS: Final = "all_linear"
KEEP: Final = 3
"""Checkpoints that are kept."""
CHECKPOINT_TO: Final = "s3"
CHECKPOINT_METHOD: Final = "async"
"""Blocks for the copy to host memory alone."""
WRITE_GB_PER_S: Final = 1.0
"""GB per second that one node writes to object storage: 8 of the 10 Gb/s that a node has at least."""
DELETE_AFTER_D: Final = 30
"""Days after which a lifecycle rule ends a run's checkpoints."""
FALLBACK: Final = "last_moment"
RESERVED: Final = "never"
FAILURES_PER_1000_NODE_DAYS: Final = 6.5
"""Hardware failures of nodes of 8 accelerators: Meta's RSC-1 (arXiv 2410.21680, 2024-10)."""
SHARD_MIN: Final = 10
"""Minutes of work of one shard of a batch: what an interruption loses at most, and the last wave wastes."""
P50_BOUND: Final = 1.5
"""Enforced hours ÷ `sla.run_p50_h`, where nothing else bounds a run."""


def usual_sequence_tokens(method: str | None) -> int:
    """Tokens of a sequence where a spec does not say: those of pre-training, else of fine-tuning."""
    return PRETRAIN_SEQUENCE_TOKENS if method == "pretrain" else SEQUENCE_TOKENS
