"""inference-perf drives a load with a Poisson process in many processes, and says how late it was.

Source: inference-perf 0.7.0 `config/` (`SharedPrefix`, `Distribution`); its image is that of kubernetes-sigs.
"""

from plimsoll.loadtest.drive import Drive, TokenLengths
from plimsoll.loadtest.objects.parts import client, config_map, job, name_of, target_url, tested_service
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.text.documents import yaml_text

IMAGE = "quay.io/inference-perf/inference-perf:v0.7.0"
_FOLDER = "/results/reports"
_RESULT = f"{_FOLDER}/stage_0_lifecycle_metrics.json"
"""Written over many lines, and printed as one: the last line of the log is what is kept."""


def inference_perf_objects(drive: Drive, cluster: ClusterFacts) -> list[Object]:
    """Write the configuration, the Job, and the Service of the pod that it asks where that is another."""
    script = f"inference-perf --config_file /config/config.yml && echo && tr -d '\\n' < {_RESULT}"
    env = {"HF_HOME": "/results/cache", "HOME": "/results"}
    made = client("inference-perf", IMAGE, script, env, token=drive.plan.serving.gated)
    made["volumeMounts"].append({"name": "config", "mountPath": "/config"})
    volumes: list[Object] = [{"name": "config", "configMap": {"name": name_of(drive)}}]
    config = config_map(drive, cluster, {"config.yml": yaml_text(_config(drive))})
    return [*tested_service(drive, cluster), config, job(drive, cluster, made, volumes)]


def _config(drive: Drive) -> Object:
    model = str(drive.plan.serving.model)
    found: Object = {
        "api": {"type": "completion", "streaming": True},
        "server": {"type": "vllm", "model_name": model, "base_url": target_url(drive), "ignore_eos": True},
        "tokenizer": {"pretrained_model_name_or_path": model},
        "load": {"type": "poisson", "stages": [{"rate": drive.qps, "duration": drive.seconds}]},
        "report": {"request_lifecycle": {"per_stage": True, "percentiles": [50, 90, 95, 99]}},
        "storage": {"local_storage": {"path": _FOLDER}},
    }
    if drive.lengths is not None:
        found["data"] = _data(drive.lengths, drive.requests)
    return found


def _data(lengths: TokenLengths, count: int) -> Object:
    """Say what prompts are: random tokens, behind one prefix where the spec says that they share one."""
    shared = round(lengths.shared_tok)
    if shared:
        own = max(lengths.input_tok - shared, 1.0)
        prompts: Object = {
            "num_groups": 1,
            "num_prompts_per_group": count,
            "system_prompt_len": shared,
            "question_len": _around(own, lengths.spread, count),
            "output_len": _around(lengths.output_tok, lengths.spread, count),
            "seed": 1,
        }
        return {"type": "shared_prefix", "shared_prefix": prompts}
    return {
        "type": "random",
        "input_distribution": _around(lengths.input_tok, lengths.spread, count),
        "output_distribution": _around(lengths.output_tok, lengths.spread, count),
    }


def _around(mean: float, spread: float, count: int) -> Object:
    """Spread lengths normally so that 95 of 100 are below where an even spread's would be."""
    return {
        "mean": mean,
        "std_dev": round(mean * spread * 0.9 / 1.645, 1),
        "min": max(round(mean * (1 - spread)), 1),
        "max": max(round(mean * (1 + spread)), 2),
        "total_count": count,
    }
