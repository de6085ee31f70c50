"""What runs already becomes a spec that plans to what runs; what could not be read is marked."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.make.command import inside
from tests.make.golden_imports import CASES, FOLDER, SPEC, imported

WORKLOADS = Path(__file__).parents[2] / "workloads"
EXAMPLES = sorted(path.stem for path in WORKLOADS.glob("*.yaml") if path.stem != "nightly-summaries")
"""A batch has a Job, which no server is in."""
QUICK = ("call-transcripts", "chat-8b", "code-completion", "in-house-13b", "search-ranking")
"""Spot alone; on demand; both, with a checkpoint; a model by its size; a measured service."""


@pytest.mark.parametrize("case", CASES)
def test_the_forms_of_the_field_are_read(case):
    assert imported(case) == (FOLDER / case / SPEC).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_an_imported_spec_plans_to_what_runs(case):
    spec = FOLDER / case / SPEC
    done = inside("plan", str(spec), "--format", "json")
    assert done.returncode == 0, done.stderr
    chosen = json.loads(done.stdout)["chosen"]
    pin = json.loads(done.stdout)["workload"]["pin"]
    assert chosen["replicas"]["max"] == pin["replicas"]
    assert chosen["instance_type"] == (pin["instance_type"] or chosen["instance_type"])
    assert chosen["tensor_parallel"] == pin["tensor_parallel"]


@pytest.mark.parametrize("name", EXAMPLES if os.environ.get("PLIMSOLL_PROOFS") == "1" else QUICK)
def test_our_own_manifests_come_back_to_the_same_choice(name, tmp_path):
    spec = WORKLOADS / f"{name}.yaml"
    manifests, back = tmp_path / "manifests.yaml", tmp_path / "back.yaml"
    manifests.write_text(inside("manifests", str(spec)).stdout, encoding="utf-8")
    assert inside("import", str(manifests), "--out", str(back)).returncode == 0
    assert _choice(back) == _choice(spec)


def _choice(spec):
    done = inside("plan", str(spec), "--format", "json")
    chosen = json.loads(done.stdout)["chosen"]
    keys = (
        "instance_type",
        "accelerators_per_replica",
        "tensor_parallel",
        "precision",
        "weights",
        "replicas",
    )
    spot = {pool["capacity_type"] for pool in chosen["pools"]}
    return [chosen[key] for key in keys], spot


def test_a_file_that_exists_is_never_overwritten(tmp_path):
    kept = tmp_path / "kept.yaml"
    kept.write_text("mine", encoding="utf-8")
    done = inside("import", str(FOLDER / "kserve" / "manifests.yaml"), "--out", str(kept))
    assert done.returncode == 2
    assert "the file exists" in done.stderr
    assert kept.read_text(encoding="utf-8") == "mine"


def test_what_was_not_read_is_told_on_stderr_too(tmp_path):
    done = inside("import", str(FOLDER / "quantised" / "manifests.yaml"), "--out", str(tmp_path / "x.yaml"))
    assert "chat: load.qps: NOT READ" in done.stderr
    assert done.stdout == f"{tmp_path / 'x.yaml'}\n"


def test_two_workloads_are_told_apart_by_name(tmp_path):
    both = [str(FOLDER / case / "manifests.yaml") for case in ("kserve", "shell-script")]
    done = inside("import", *both)
    assert done.returncode == 2
    assert "name one by --name: gemma, qwen" in done.stderr
    assert inside("import", *both, "--name", "qwen").stdout.splitlines()[2] == "name: qwen"
    assert "did you mean 'qwen'?" in inside("import", *both, "--name", "quen").stderr


def test_pins_that_leave_no_plan_become_notes(tmp_path):
    manifests = tmp_path / "m.yaml"
    text = (FOLDER / "production-stack" / "manifests.yaml").read_text(encoding="utf-8")
    manifests.write_text(text.replace("maxReplicaCount: 3", "maxReplicaCount: 1"), encoding="utf-8")
    log = tmp_path / "log.csv"
    rows = (f"{1793836800 + second / 20:.2f},4000,400\n" for second in range(20 * 1800))
    log.write_text("time_s,input_tokens,output_tokens\n" + "".join(rows), encoding="utf-8")
    done = inside("import", str(manifests), "--load", str(log), "--out", str(tmp_path / "s.yaml"))
    assert done.returncode == 0
    spec = (tmp_path / "s.yaml").read_text(encoding="utf-8")
    assert "# pin.replicas: 1 as it runs leaves no plan, so it is left out" in spec
    assert inside("plan", str(tmp_path / "s.yaml")).returncode == 0


GOOD_ROW = '{"time_s": 1, "input_tokens": 10, "output_tokens": 5}\n'
BAD_LOADS = {
    "empty": ("", [], "the log is empty"),
    "no times": ('{"input_tokens": 5, "output_tokens": 2}\n', [], "no column says when a request came"),
    "something else": ('{"level": "INFO", "msg": "x"}\n', [], "it is no log of requests"),
    "a list": ("[" + GOOD_ROW.strip() + "]", [], "it is one JSON list"),
    "cut in two": (GOOD_ROW * 3 + GOOD_ROW[:20] + "\n", [], "load:4:1: time_s: 'None' cannot be read"),
    "no number": (GOOD_ROW * 3 + GOOD_ROW.replace("10", '"many"'), [], "load:4:1: input_tokens: 'many'"),
    "two models": (
        '{"time_s": 1, "model": "a", "input_tokens": 1}\n{"time_s": 2, "model": "b", "input_tokens": 1}\n',
        [],
        "the log is of several models; a (1), b (1)",
    ),
    "another job": ("# TYPE node_load1 gauge\nnode_load1 0.2\n", [], "no metric of vLLM is in it"),
    "a cut scrape": ('# TYPE a gauge\nvllm:num_requests_running{model_name="x"\n', [], "load:2:1: "),
    "idle": ("# TYPE a gauge\nvllm:num_requests_running 0\n", [], "no request has ended yet"),
    "apart of a log": (GOOD_ROW, ["--apart", "5"], "--apart: a log says itself when requests came"),
}


@pytest.mark.parametrize("name", BAD_LOADS)
def test_bad_loads_are_named(name, tmp_path):
    text, more, said = BAD_LOADS[name]
    load = tmp_path / "load"
    load.write_text(text, encoding="utf-8")
    done = inside("import", str(FOLDER / "kserve" / "manifests.yaml"), "--load", str(load), *more)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_scrapes_of_two_runs_or_out_of_order_are_refused():
    one, two = (str(FOLDER / "kserve" / f"load-{number}.txt") for number in (1, 2))
    manifests = str(FOLDER / "kserve" / "manifests.yaml")
    done = inside("import", manifests, "--load", two, "--load", one, "--apart", "600")
    assert done.returncode == 2
    assert "a counter fell between the scrapes" in done.stderr
    assert "add --apart 300" in inside("import", manifests, "--load", one, "--load", two).stderr
    alone = inside("import", manifests, "--apart", "600")
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "--apart says what is between two scrapes: give them by --load" in alone.stderr


def test_a_load_alone_gives_a_spec_of_the_model_that_it_names(tmp_path):
    one, two = (str(FOLDER / "kserve" / f"load-{number}.txt") for number in (1, 2))
    done = inside("import", "--load", one, "--load", two, "--apart", "600")
    assert "model: google/gemma-3-27b-it" in done.stdout
    assert "qps: {peak: 2}" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n", "nothing in it serves"),
        ("model: x\nload: {qps: 1}\n", "this is a Plimsoll spec"),
        ("{", "x.yaml:2:1: not YAML"),
    ],
)
def test_inputs_that_are_none_are_named(text, said, tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8")
    done = inside("import", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.fixture
def server():
    """A server whose pages are two scrapes, the later from the second question on."""
    pages = [(FOLDER / "kserve" / f"load-{number}.txt").read_bytes() for number in (1, 2)]
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200 if self.path == "/metrics" else 404)
            self.end_headers()
            self.wfile.write(pages[min(len(asked), 2) - 1])

        def log_message(self, *arguments):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}", asked
    found.shutdown()
    found.server_close()


def test_a_server_is_scraped_twice_at_its_address(server):
    address, asked = server
    one, two = (str(FOLDER / "kserve" / f"load-{number}.txt") for number in (1, 2))
    saved = inside("import", "--load", one, "--load", two, "--apart", "1").stdout
    done = inside("import", "--load", address, "--apart", "1")
    assert done.returncode == 0, done.stderr
    assert asked == ["/metrics", "/metrics"]
    assert done.stdout.splitlines()[1:] == saved.splitlines()[1:]
    assert f"scraped {address}/metrics, and again in 1 s" in done.stderr


@pytest.mark.parametrize(
    ("load", "code", "said"),
    [
        (["http://127.0.0.1:1"], 5, "http://127.0.0.1:1/metrics: --load: the server cannot be scraped"),
        (["ftp://host/metrics"], 2, "is no address of a server"),
        (["http://127.0.0.1:1", "file"], 2, "an address is scraped twice by itself"),
    ],
)
def test_a_server_that_cannot_be_scraped_is_named(load, code, said):
    done = inside("import", *(word for each in load for word in ("--load", each)))
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_a_page_that_is_none_of_metrics_is_named(server):
    done = inside("import", "--load", f"{server[0]}/health", "--apart", "1")
    assert (done.returncode, "it answered 404" in done.stderr) == (5, True)


def test_what_import_cannot_read_is_told_in_its_own_words(tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(inside("plan", str(WORKLOADS / "chat-8b.yaml"), "--format", "json").stdout)
    chart = tmp_path / "Chart.yaml"
    chart.write_text("apiVersion: v2\nname: x\n")
    for given in (plan, chart):
        done = inside("import", str(given))
        assert (done.returncode, done.stdout) == (2, "")
        assert "check" not in done.stderr.replace(str(given), "")
        assert "import" in done.stderr


SPLIT_IN_HOURS = """\
name: kept
model: {model}
load: {{qps: {{peak: 2, average: 1}}}}
{more}
"""


@pytest.mark.parametrize(
    ("model", "more", "said"),
    [
        (
            "meta-llama/Llama-3.1-8B-Instruct",
            'scale: {schedule: {days: mon-fri, hours: "22-06", min_replicas: 2, timezone: Europe/Berlin}}',
            'schedule: {days: mon-fri, hours: "22-06", min_replicas: 2, timezone: Europe/Berlin}',
        ),
        (
            "moonshotai/Kimi-K2-Instruct",
            "capacity: {allow: [p5], nodes_per_replica: 2}",
            "capacity: {nodes_per_replica: 2}",
        ),
    ],
)
def test_hours_and_stages_over_nodes_come_back(tmp_path, model, more, said):
    (tmp_path / "kept.yaml").write_text(SPLIT_IN_HOURS.format(model=model, more=more), encoding="utf-8")
    manifests, back = tmp_path / "manifests.yaml", tmp_path / "back.yaml"
    manifests.write_text(inside("manifests", str(tmp_path / "kept.yaml")).stdout, encoding="utf-8")
    done = inside("import", str(manifests), "--out", str(back))
    assert done.returncode == 0, done.stderr
    assert said in back.read_text(encoding="utf-8")
    assert "pipeline" not in done.stderr
    assert _choice(back) == _choice(tmp_path / "kept.yaml")
