"""k6 asks at a constant rate whatever the server does: an open loop, for services that answer once.

One pod: percentiles cannot be put together from several, by decision (grafana/k6 issues 812 and 413).
Source: k6 2.x, k6-operator 1.6 (`TestRun` of k6.io/v1alpha1).
"""

import json
import math

from plimsoll.ground.tree import is_number, step
from plimsoll.loadtest.drive import Drive
from plimsoll.loadtest.objects.parts import (
    CLIENT,
    config_map,
    metadata,
    name_of,
    off_the_pools,
    target_url,
    tested_service,
)
from plimsoll.objects.cluster import ClusterFacts, Object
from plimsoll.spec.defaults import INPUT_TOKENS

IMAGE = "grafana/k6:2.2.0"
_SCRIPT = "test.js"

_PATHS = {"tei": "/embed"}
"""Where engines take their requests; the owner of any other service says it."""

_SPEECH_PATH = "/v1/audio/transcriptions"

REQUEST, AUDIO = "request.json", "audio.wav"
"""What a test sends: one request as JSON, or one recording."""

_REAL = {"replace": "this with one real request of the service"}

MOST_VUS = 10
"""Users that may wait at once, times those that the predicted latency needs: a slow answer holds one."""


def k6_objects(drive: Drive, cluster: ClusterFacts) -> list[Object]:
    """Write the script, the TestRun, and the Service of the pod that it asks where that is another."""
    asked = {AUDIO: json.dumps(_REAL)} if drive.plan.speech is not None else {REQUEST: _request(drive)}
    config = config_map(drive, cluster, {_SCRIPT: script_of(drive), **asked})
    runner: Object = {
        "image": IMAGE,
        "metadata": {"labels": cluster.tags.labels()},
        "affinity": off_the_pools(),
        "resources": {"requests": dict(CLIENT), "limits": {"memory": CLIENT["memory"]}},
    }
    run: Object = {
        "apiVersion": "k6.io/v1alpha1",
        "kind": "TestRun",
        "metadata": metadata(drive, cluster),
        "spec": {
            "parallelism": 1,
            "script": {"configMap": {"name": name_of(drive), "file": _SCRIPT}},
            "runner": runner,
        },
    }
    return [*tested_service(drive, cluster), config, run]


def script_of(drive: Drive) -> str:
    """Write the script: the rate per minute, since a scenario takes whole numbers."""
    slowest_s = max((each.high for each in drive.predicted.values()), default=1000.0) / 1000
    users = max(math.ceil(drive.qps * slowest_s * 2), 2)
    options = {
        "scenarios": {
            "planned": {
                "executor": "constant-arrival-rate",
                "rate": max(round(drive.qps * 60), 1),
                "timeUnit": "1m",
                "duration": f"{drive.seconds}s",
                "preAllocatedVUs": users,
                "maxVUs": users * MOST_VUS,
            }
        },
        "summaryTrendStats": ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)"],
    }
    text = _TEXT if drive.plan.speech is None else _OF_SPEECH
    url = json.dumps(target_url(drive) + _path(drive))
    model = json.dumps(drive.plan.serving.model)
    return text.replace("OPTIONS", json.dumps(options, indent=2)).replace("URL", url).replace("MODEL", model)


_TEXT = """import http from 'k6/http';

export const options = OPTIONS;

const body = open('./request.json');

export default function () {
  http.post(URL, body, { headers: { 'Content-Type': 'application/json' } });
}

export function handleSummary(data) {
  return { stdout: JSON.stringify(data) };
}
"""

_OF_SPEECH = _TEXT.replace("open('./request.json')", "open('./audio.wav', 'b')").replace(
    "body, { headers: { 'Content-Type': 'application/json' } }",
    "{ file: http.file(body, 'audio.wav', 'audio/wav'), model: MODEL }",
)
"""Speech goes as a form with a recording in it (OpenAI's transcriptions, which vLLM answers)."""


def _path(drive: Drive) -> str:
    return _SPEECH_PATH if drive.plan.speech is not None else _PATHS.get(str(drive.plan.serving.engine), "/")


def to_fill_in(drive: Drive) -> str | None:
    """Name the file of the ConfigMap that its owner fills before the test; None where it is written."""
    if drive.plan.speech is not None:
        return AUDIO
    return None if str(drive.plan.serving.engine) in _PATHS else REQUEST


def _request(drive: Drive) -> str:
    """Write one request: a text of the spec's length, or a place for what the owner of a service sends."""
    if str(drive.plan.serving.engine) not in _PATHS:
        return json.dumps(_REAL)
    mean = step(drive.plan.workload, "load", "input_tokens", "mean")
    words = round(mean) if is_number(mean) else INPUT_TOKENS
    return json.dumps({"inputs": " ".join(["load"] * words)})
