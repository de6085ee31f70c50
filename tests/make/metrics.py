"""Saved answers of Prometheus, made by hand: constant or given lines, as queries or as raw series."""

import json
from collections.abc import Callable, Mapping
from typing import Any

START_S, STEP_S = 1793577600, 300
"""2026-11-02T00:00Z, a Monday; five minutes."""

Value = float | Callable[[int], float]


def answer(
    value: Value, days: float, *, labels: Mapping[str, str] | None = None, step: int = STEP_S
) -> dict[str, Any]:
    """One answer with one series; a function takes the number of the point."""
    return {
        "status": "success",
        "data": {"resultType": "matrix", "result": [series(value, days, labels or {}, step)]},
    }


def series(value: Value, days: float, labels: Mapping[str, str], step: int = STEP_S) -> dict[str, Any]:
    """One series."""
    count = int(days * 86_400 / step)
    values = [
        [START_S + step * (at + 1), repr(value(at) if callable(value) else value)] for at in range(count)
    ]
    return {"metric": dict(labels), "values": values}


def queries(
    days: float = 20, *, qps: Value = 5.0 / 3, prompt: float = 1000, reply: float = 200, **more: Value
) -> str:
    """Answers to the queries of a workload at a rate."""

    def times(factor: float) -> Value:
        return (lambda at: qps(at) * factor) if callable(qps) else qps * factor

    lines: dict[str, Value] = {"requests": qps, "prompt_tokens": times(prompt), "answer_tokens": times(reply)}
    lines |= {"replicas": 1.0, **more}
    return json.dumps({name: answer(line, days) for name, line in lines.items()})


def raw(
    days: float = 20, *, qps: float = 5.0 / 3, pods: int = 2, model: str = "meta-llama/Llama-3.1-8B-Instruct"
) -> str:
    """Counters of pods as Prometheus holds them, in one answer: a query of nothing but the job."""
    result: list[dict[str, Any]] = []
    for pod in range(pods):
        labels = {"namespace": "chat-8b", "pod": f"chat-8b-{pod}", "model_name": model}
        each = qps / pods * STEP_S
        for name, amount in (
            ("vllm:request_success_total", each),
            ("vllm:prompt_tokens_total", each * 1000),
            ("vllm:generation_tokens_total", each * 200),
        ):
            # the process starts anew in the middle of the window
            half = int(days * 86_400 / STEP_S) // 2
            grown = _counter(amount, half)
            result.append(series(grown, days, {"__name__": name, **labels}))
        result.append(series(1.0, days, {"__name__": "vllm:num_requests_running", **labels}))
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})


def _counter(amount: float, half: int) -> Callable[[int], float]:
    return lambda at: amount * (at + 1 if at < half else at - half + 1)
