"""`vllm bench serve` runs in the engine's own image: nothing else is to be trusted, pulled or kept.

Its random prompts force answers of the length that is asked for. Source: vLLM main 2026-11
`vllm/benchmarks/serve.py`, `datasets`; the client needs no accelerator (`vllm/entrypoints/cli/main.py`).
"""

import shlex
from collections.abc import Iterator

from plimsoll.loadtest.drive import Drive, TokenLengths
from plimsoll.loadtest.objects.parts import client, job, target_url, tested_service
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.objects.container import image_of_run

_RESULT = "/results/result.json"


def vllm_objects(drive: Drive, cluster: ClusterFacts) -> list[Object]:
    """Write the Job, and the Service of the pod that it asks where that is not the workload's own."""
    run = " ".join(shlex.quote(part) for part in _command(drive))
    script = f"{run} && echo && cat {_RESULT}"
    image = image_of_run(drive.plan.serving.image, cluster)
    env = {"HF_HOME": "/results/cache", "HOME": "/results"}
    made = client("vllm-bench", image, script, env, token=drive.plan.serving.gated)
    return [*tested_service(drive, cluster), job(drive, cluster, made, [])]


def _command(drive: Drive) -> Iterator[str]:
    serving = drive.plan.serving
    yield from ("vllm", "bench", "serve", "--backend", "openai", "--base-url", target_url(drive))
    yield from ("--endpoint", "/v1/completions", "--model", str(serving.model))
    yield from ("--dataset-name", "random", *_lengths(drive.lengths), "--seed", "1")
    yield from ("--request-rate", f"{drive.qps:g}", "--num-prompts", str(drive.requests))
    yield from ("--percentile-metrics", "ttft,tpot,itl,e2el", "--metric-percentiles", "50,90,95,99")
    yield from ("--save-result", "--result-dir", "/results", "--result-filename", "result.json")
    yield from ("--metadata", *(f"{key}={value}" for key, value in _said(drive).items()))


def _lengths(lengths: TokenLengths | None) -> Iterator[str]:
    if lengths is None:
        return
    shared = round(lengths.shared_tok)
    yield from ("--random-input-len", str(max(round(lengths.input_tok) - shared, 1)))
    yield from ("--random-output-len", str(max(round(lengths.output_tok), 1)))
    yield from ("--random-range-ratio", f"{lengths.spread:g}")
    if shared:
        yield from ("--random-prefix-len", str(shared))


def _said(drive: Drive) -> dict[str, str]:
    """Say what is tested: these become keys of the result, which `plimsoll calibrate` reads."""
    chosen, serving = drive.plan.chosen, drive.plan.serving
    return {
        "workload": drive.name,
        "instance_type": chosen.instance_type,
        "accelerator": str(chosen.accelerator),
        "tensor_parallel": str(chosen.tensor_parallel),
        "precision": str(chosen.precision),
        "engine": str(serving.engine),
        "engine_version": str(serving.engine_version),
        "replicas": str(drive.replicas),
        "plan_sha256": drive.plan_sha256,
    }
