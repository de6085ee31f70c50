"""Choices of this spec have other names in other tools: what was meant by one is offered, never applied."""

from collections.abc import Sequence

from plimsoll.ground.problems import nearest

_LONGEST_NAME = 64
"""Longer than any choice; what is longer is not worth a comparison."""

_MEANT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("training", ("train", "finetune", "fine-tune", "finetuning", "fine-tuning", "pretraining", "sft")),
    ("batch", ("offline", "bulk", "job")),
    ("inference", ("serving", "serve", "service", "deployment", "online", "queue", "worker", "workers")),
    ("immediate", ("on-demand", "on_demand", "ondemand", "at_once", "at once", "true", "yes", "always")),
    ("capacity_block", ("true", "yes", "allow", "prefer", "block", "capacity-block", "capacityblock")),
    ("full", ("sft", "full-finetune", "full_finetune", "finetune", "fine-tune", "full-finetuning")),
    ("full", ("true", "yes", "on", "all", "always", "gradient_checkpointing")),
    ("pretrain", ("continued", "continued-pretraining", "cpt", "pretraining", "pre-train", "scratch")),
    ("lora", ("dora", "adapter", "peft", "rslora")),
    ("qlora", ("lora-4bit", "lora_4bit", "qdora", "4bit", "nf4")),
    ("adamw_8bit", ("paged_adamw_8bit", "adamw8bit", "adam8bit", "adamw_bnb_8bit", "8bit")),
    ("adamw", ("adam", "adamw_torch", "adamw_torch_fused", "fused_adamw")),
    ("none", ("no", "off", "false", "never", "disabled")),
    ("never", ("no", "off", "false", "none", "forbid", "deny", "on-demand")),
    ("allow", ("yes", "on", "true", "spot", "maybe")),
    ("prefer", ("always", "only", "force")),
    ("high", ("urgent", "highest", "critical")),
    ("fp8", ("float8", "e4m3", "fp8_e4m3", "8bit")),
    ("bf16", ("bfloat16", "fp32", "float32", "auto")),
    ("fp16", ("float16", "half")),
    ("int4", ("awq", "gptq", "w4a16", "4bit", "q4")),
    ("int8", ("w8a8", "int8_w8a8")),
    ("fp4", ("mxfp4", "nvfp4")),
    ("all_linear", ("all-linear", "all", "linear")),
    ("attention", ("attn", "qkvo", "self_attn")),
    *((each, (f"{each}_proj",)) for each in ("q", "k", "v", "o", "gate", "up", "down")),
    ("sqs", ("sqs-fifo", "sqs_fifo", "aws-sqs", "aws-sqs-queue", "aws_sqs")),
    ("redis", ("celery", "rq", "redis-list", "valkey", "bullmq")),
    ("redis_streams", ("redis-streams", "stream", "streams")),
    ("rabbitmq", ("amqp", "rabbit", "amazonmq")),
    ("kafka", ("msk", "redpanda", "kinesis")),
    ("s3", ("bucket", "object", "gcs", "blob")),
    ("fsx", ("lustre", "fsx-lustre", "fsx_lustre", "efs", "nfs")),
)
"""Each choice with what other tools call it; the first whose choice is one of those at hand is meant."""


def choice_named(value: object, known: Sequence[str]) -> str:
    """Name the choice that other tools call by a value; an empty string if there is none."""
    said = str(value).lower()
    if said in known:
        return said
    if "s3" in known and said.startswith("s3://"):
        return "s3"
    return next((choice for choice, names in _MEANT if choice in known and said in names), "")


def choice_meant(value: object, known: list[str]) -> str:
    """Offer the choice that is meant by a value; an empty string if none is near."""
    said, meant = str(value).lower(), choice_named(value, known)
    if meant:
        return f"did you mean {meant!r}?"
    if all(each.isdecimal() for each in known):
        return _next_number(said, known)
    return nearest(said, known) if len(said) <= _LONGEST_NAME else ""


def _next_number(said: str, known: Sequence[str]) -> str:
    """Offer the least that is as much; numbers that look alike are not near."""
    if not said.isdecimal():
        return ""
    return f"write {min((each for each in known if int(each) >= int(said)), key=int, default=known[-1])}"
