"""Foreign keys say what a spec has no key for; each is answered by what to do instead.

Keys that only have another name here are in `plimsoll.spec.wrong.hints`.
"""

_AWS = "plans are for AWS, whose instance types and prices the catalogue holds: remove it"
_REPLICAS = (
    "sizing finds the number: scale: {{min_replicas: {0}}} or scale: {{max_replicas: {0}}} bounds it, "
    "pin: {{replicas: {0}}} fixes it"
)
_LIST_PRICES = "plans are at list prices: state the budget at list prices too, and remove it"
_TRAINING = "work that ends has a spec of its own: write kind: training ('plimsoll new NAME --kind training')"
_BATCH = "requests are batched as they come, and sizing works out how many fit: remove it"
_CACHE = "the KV cache is worked out from the model, and the plan prints it: remove it"
_NAMED = "it has the workload's name: write name: {0}"
_ELSEWHERE = "a spec holds no secrets: give the token to the stack, as huggingFaceToken"
_FLAGS = "the engine's flags follow from the plan, which prints what they carry: remove it"
_NO_ENVELOPE = "a spec has no envelope: model and load stand at the top level"
_NOTE = "write it as a comment: # {0}"
_COUNT = (
    "sizing finds how many a replica needs; to fix it, pin the instance type too: "
    "pin: {{tensor_parallel: {0}}}"
)
OF_USERS = "requests are what is sized: write users, and requests_per_user_per_hour beside"
_TPS = (
    "tps may count tokens or transactions: load: {{qps: …}} is requests per second, and their length is "
    "output_tokens"
)
_NODES = "sizing finds the number of nodes; scale: {{max_replicas: …}} bounds it"

ANSWERS = {
    **dict.fromkeys(("cloud", "provider", "platform", "cloud_provider", "vendor"), _AWS),
    **dict.fromkeys(
        ("project", "project_id", "subscription", "resource_group", "account", "account_id"), _AWS
    ),
    **dict.fromkeys(("replicas", "num_replicas", "instance_count", "desired_replicas"), _REPLICAS),
    **dict.fromkeys(("discount", "discounts", "discount_pct", "edp", "private_rate"), _LIST_PRICES),
    **dict.fromkeys(("savings_plan", "savings_plans", "reserved", "commitment", "commitments"), _LIST_PRICES),
    **dict.fromkeys(("finetune", "fine_tune", "finetuning", "fine_tuning", "training", "train"), _TRAINING),
    **dict.fromkeys(("epochs", "dataset", "optimizer", "learning_rate", "steps"), _TRAINING),
    **dict.fromkeys(("batch", "batching", "batches"), _BATCH),
    **dict.fromkeys(("kv_cache_gib", "kv_cache_gb", "cache_gib", "swap_space", "block_size"), _CACHE),
    **dict.fromkeys(("namespace", "deployment", "service_name"), _NAMED),
    **dict.fromkeys(("token", "hf_token", "api_key", "secret", "hugging_face_token", "password"), _ELSEWHERE),
    **dict.fromkeys(("args", "extra_args", "flags", "vllm_args", "envs"), _FLAGS),
    **dict.fromkeys(("apiversion", "spec", "resources", "template"), _NO_ENVELOPE),
    **dict.fromkeys(("description", "comment", "notes", "note", "comments"), _NOTE),
    **dict.fromkeys(("gpu_count", "num_gpus", "n_gpus", "gpus_per_replica", "accelerator_count"), _COUNT),
    **dict.fromkeys(("active_users", "concurrent_users", "dau", "mau"), OF_USERS),
    **dict.fromkeys(("nodes", "num_nodes", "node_count", "max_nodes"), _NODES),
    **dict.fromkeys(("tps", "tokens_per_second", "tokens_per_s"), _TPS),
}
"""What to do about a key; `{0}` is the value beside it."""

_PROGRAM = "it changes neither memory nor speed: the program that trains has it; remove it"
_DATA = (
    "the program reads its data itself; a plan needs how much it is: load: {{samples: …, epochs: …}}, "
    "or load: {{tokens_b: …}}"
)
_STEPS = (
    "a run is told in tokens: load: {{tokens_b: …}} in 10^9, which is steps × "
    "training.global_batch_samples × training.sequence_tokens ÷ 10^9"
)
_SPLIT = "it follows from training.global_batch_samples and the nodes, and the plan prints it: remove it"
_RUN_NODES = (
    "sizing finds the nodes: scale: {{max_nodes: …}} bounds them, "
    "pin: {{instance_type: …, nodes: …}} fixes them"
)

ANSWERS_OF_RUNS = {
    **dict.fromkeys(("learning_rate", "lr", "scheduler", "warmup", "warmup_steps", "weight_decay"), _PROGRAM),
    **dict.fromkeys(("alpha", "lora_alpha", "dropout", "lora_dropout", "seed", "loss", "template"), _PROGRAM),
    **dict.fromkeys(("dataset", "data", "dataset_path", "train_file"), _DATA),
    **dict.fromkeys(("steps", "max_steps", "train_steps", "iterations"), _STEPS),
    **dict.fromkeys(("gradient_accumulation_steps", "accumulation", "accumulation_steps"), _SPLIT),
    **dict.fromkeys(("data_parallel", "dp", "world_size", "nproc_per_node"), _SPLIT),
    **dict.fromkeys(("gpu_count", "num_gpus", "n_gpus", "gpus", "accelerator_count"), _RUN_NODES),
    **dict.fromkeys(("replicas", "num_replicas", "instance_count", "min_nodes", "workers"), _RUN_NODES),
}
"""The same in a spec of work that ends."""

_OF_SERVICES = frozenset(
    {
        *("epochs", "optimizer", "training", "train", "finetune", "fine_tune", "finetuning", "fine_tuning"),
        *("batch", "batching", "batches", "desired_replicas", "gpus_per_replica"),
        *("nodes", "num_nodes", "node_count", "max_nodes", "active_users", "concurrent_users", "dau", "mau"),
    }
)
"""Keys whose answer holds for a service alone."""

_UNSAID = "…"


def answer(key: str, value: object, *, of_a_run: bool = False) -> str:
    """Say what to do about a key that is none of ours; empty if nothing is known of it."""
    text = ANSWERS.get(key, "")
    if of_a_run:
        text = ANSWERS_OF_RUNS.get(key, "" if key in _OF_SERVICES else text)
    simple = isinstance(value, int | float | str) and not isinstance(value, bool)
    return text.format(str(value)[:60] if simple else _UNSAID)
