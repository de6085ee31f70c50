"""Right-sizing proposes what was measured, planned again; never too early, never what breaks."""

import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from plimsoll.rightsizing.queries import queries_of
from tests.make.command import inside
from tests.make.metrics import STEP_S, answer, queries, raw

WORKLOADS = Path(__file__).parents[2] / "workloads"


@pytest.fixture(scope="module")
def chat(tmp_path_factory):
    """The lock of chat-8b beside its spec."""
    folder = tmp_path_factory.mktemp("chat")
    shutil.copy(WORKLOADS / "chat-8b.yaml", folder)
    assert inside("lock", str(folder / "chat-8b.yaml")).returncode == 0
    return folder / "chat-8b.lock.json"


def _run(lock, text, *more, code=0):
    metrics = lock.parent / "metrics.json"
    metrics.write_text(text, encoding="utf-8")
    done = inside("rightsize", "--lock", str(lock), "--metrics", str(metrics), *more)
    assert done.returncode == code, done.stderr
    return done


def _report(lock, text):
    return json.loads(_run(lock, text, "--format", "json").stdout)


def _cost(spec, *settings):
    options = [word for each in settings for word in ("--set", each)]
    document = json.loads(inside("plan", str(spec), "--format", "json", *options).stdout)
    return document["cost"]["usd_per_month"]


def test_twenty_days_at_a_third_of_the_peak_become_a_patch_whose_money_is_the_plans(chat):
    report = _report(chat, queries(20))
    (found,) = report["proposals"]
    assert found["changes"] == [{"change": "load.qps.peak", "from": 5.0, "to": 1.667}]
    money = _cost(chat.parent / "chat-8b.yaml", "load.qps.peak=1.667")
    assert found["usd_per_month_expected"] == money["expected"]
    assert found["usd_per_month_ceiling"] == money["ceiling"]
    assert found["saves_usd_per_month"] == "1096.55"
    assert (report["not_worth_it"], report["refused"]) == ([], [])


def test_the_peak_is_what_all_but_one_of_200_windows_stay_below(chat):
    def bursts(at):
        return 9.0 if at % 1000 == 0 else 2.0 if at % 100 == 0 else 1.0

    (found,) = _report(chat, queries(28, qps=bursts))["proposals"]
    peak = next(each for each in found["changes"] if each["change"] == "load.qps.peak")
    assert peak["to"] == 2
    assert any("one five-minute window had 9 requests/s" in risk for risk in found["risks"])


def test_six_days_propose_nothing_and_say_why(chat):
    report = _report(chat, queries(6))
    assert report["proposals"] == []
    assert "6 days, and 14 are needed" in report["refused"][0]["reason"]


def test_a_window_with_holes_proposes_nothing_and_says_why(chat):
    document = json.loads(queries(20))
    values = document["requests"]["data"]["result"][0]["values"]
    del values[500:900]
    values[100][1] = values[101][1] = "NaN"
    report = _report(chat, json.dumps(document))
    assert report["proposals"] == []
    assert report["window"]["coverage_pct"] == pytest.approx(100 * (5760 - 402) / 5760, abs=0.01)
    assert "95 % are needed" in report["refused"][0]["reason"]


def test_an_open_incident_keeps_the_fleet(chat):
    report = _report(chat, queries(20, alerts=1.0))
    assert "an incident is open" in report["refused"][0]["reason"]


def test_a_broken_limit_keeps_the_fleet(chat):
    document = json.loads(queries(20))
    document["ttft"] = {"status": "success", "data": {"resultType": "matrix", "result": []}}
    for edge, share in (("0.5", 0.4), ("0.75", 0.6), ("1.0", 0.7), ("2.5", 0.99), ("+Inf", 1.0)):
        line = answer(share, 20, labels={"le": edge})
        document["ttft"]["data"]["result"] += line["data"]["result"]
    reason = _report(chat, json.dumps(document))["refused"][0]["reason"]
    assert "TTFT p95 is measured at" in reason
    assert "70.0% of requests within 1,000 ms" in reason


def test_what_changes_little_is_not_worth_it(chat):
    (found,) = _report(chat, queries(20, qps=4.5))["not_worth_it"]
    assert found["changes"] == [{"change": "load.qps.peak", "from": 5.0, "to": 4.5}]
    assert found["saves_usd_per_month"] == "0.00"


def test_a_load_as_planned_says_so(chat):
    (found,) = _report(chat, queries(20, qps=5.0))["not_worth_it"]
    assert (found["changes"], found["reason"][:26]) == ([], "the plan is the right size")


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """The same with a budget that binds nothing."""
    spec = tmp_path_factory.mktemp("rich") / "chat-8b.yaml"
    text = (WORKLOADS / "chat-8b.yaml").read_text(encoding="utf-8")
    spec.write_text(text.replace("usd_per_month: 4000", "usd_per_month: 90000"), encoding="utf-8")
    assert inside("lock", str(spec)).returncode == 0
    return spec.with_name("chat-8b.lock.json")


def test_what_has_no_plan_within_the_budget_is_refused_with_the_reason(chat):
    reason = _report(chat, queries(20, qps=25.0))["refused"][0]["reason"]
    assert "with what was measured it has no plan" in reason
    assert "budget" in reason


def test_a_fleet_that_is_too_small_grows(rich):
    (found,) = _report(rich, queries(20, qps=25.0))["proposals"]
    assert found["now"]["replicas_peak"] > found["was"]["replicas_peak"]
    assert found["saves_usd_per_month"].startswith("-")


def test_measured_hours_become_the_profile(chat):
    def office(at):
        hour = at * STEP_S // 3600
        return 5.0 if hour // 24 % 7 < 5 and 8 <= hour % 24 < 18 else 0.2

    report = _report(chat, queries(21, qps=office))
    found = (report["proposals"] or report["not_worth_it"])[0]
    profile = next(each for each in found["changes"] if each["change"] == "load.profile")
    assert len(profile["to"]) == 168
    assert [profile["to"][hour] for hour in (3, 12, 123, 132)] == [0.04, 1.0, 0.04, 0.04]


def test_lengths_and_the_shared_prefix_are_measured(rich):
    text = queries(20, qps=5.0, prompt=3000, prefix_queries=15000.0, prefix_hits=6000.0)
    report = _report(rich, text)
    found = (report["proposals"] or report["not_worth_it"])[0]
    changes = {each["change"]: each["to"] for each in found["changes"]}
    assert changes == {"load.input_tokens": {"mean": 3000, "p95": 6000}, "load.shared_prefix_tokens": 1200}


def test_raw_counters_say_the_same_as_queries(chat):
    (found,) = _report(chat, raw(20))["proposals"]
    assert found["changes"] == [{"change": "load.qps.peak", "from": 5.0, "to": 1.667}]


@pytest.mark.parametrize("form", ["list", "lines", "folder"])
def test_answers_are_read_in_every_form_in_which_they_are_saved(chat, form, tmp_path):
    named = json.loads(queries(20))
    each = [{"query": name, **document} for name, document in named.items()]
    if form == "folder":
        for name, document in named.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        path = tmp_path
    else:
        path = tmp_path / "metrics.json"
        lines = "\n".join(json.dumps(document) for document in each)
        path.write_text(json.dumps(each) if form == "list" else lines, encoding="utf-8")
    done = inside("rightsize", "--lock", str(chat), "--metrics", str(path), "--format", "json")
    assert json.loads(done.stdout)["proposals"][0]["changes"][0]["to"] == 1.667


def test_a_pin_moves_with_what_is_needed(tmp_path):
    spec = tmp_path / "chat-8b.yaml"
    text = (
        (WORKLOADS / "chat-8b.yaml")
        .read_text(encoding="utf-8")
        .replace("usd_per_month: 4000", "usd_per_month: 40000")
    )
    spec.write_text(f"{text}pin: {{instance_type: g6e.xlarge, replicas: 5}}\n", encoding="utf-8")
    assert inside("lock", str(spec)).returncode == 0
    (found,) = _report(tmp_path / "chat-8b.lock.json", queries(20))["proposals"]
    changes = {each["change"]: each["to"] for each in found["changes"]}
    assert changes == {"load.qps.peak": 1.667, "pin.replicas": 1}
    assert found["now"]["instance_type"] == "g6e.xlarge"


def twice(text: str = "", **labels: str) -> str:
    """Metrics with a series once more, under labels of its own or not."""
    document = json.loads(text or queries(15))
    result = document["data"]["result"] if "data" in document else document["requests"]["data"]["result"]
    result.append(result[0] | {"metric": result[0]["metric"] | labels})
    return json.dumps(document)


EMPTY = '{"status": "success", "data": {"resultType": "matrix", "result": []}}'
BAD = {
    "empty file": ("", 2, "the file is empty"),
    "cut off": (queries(14)[:-500], 2, "not JSON"),
    "no answer": ('{"a": 1}', 2, "it is no answer of Prometheus"),
    "an error": (
        '{"status": "error", "errorType": "bad_data", "error": "parse error"}',
        2,
        "Prometheus answered with an error; bad_data: parse error",
    ),
    "one moment": (
        '{"status": "success", "data": {"resultType": "vector", "result": []}}',
        2,
        "it is a vector of one moment",
    ),
    "no point": (EMPTY.replace("[]", '[{"metric": {}, "values": [[1, "x"]]}]'), 2, "is no point"),
    "milliseconds": (
        EMPTY.replace("[]", '[{"metric": {}, "values": [[1793577600000, "1"]]}]'),
        2,
        "is no point",
    ),
    "wrong labels": (EMPTY, 5, "no series has the labels that were asked for"),
    "another job": (
        json.dumps(answer(1.0, 15, labels={"__name__": "node_load1"})),
        5,
        "none of its 1 series is of vLLM",
    ),
    "another model": (raw(15, model="mistralai/Other-7B"), 2, "the metrics are of mistralai/Other-7B"),
    "no rate": (json.dumps({"running": answer(1.0, 15)}), 5, "it has running, and no rate of requests"),
    "a series twice": (twice(), 2, "a series is there twice at 2026-11-02T00:05Z: no labels"),
    "two Prometheis of a pair": (twice(raw(15), prometheus_replica="b"), 2, "two Prometheis of a pair"),
    "a rate below zero": (queries(15, qps=-5), 2, "requests: -5 at 2026-11-02T00:05Z: a rate or a count"),
    "a part of an answer": (
        json.dumps({"requests": answer(1.0, 15) | {"warnings": ["store 2 did not answer"]}}),
        5,
        "its answer may not be whole; store 2 did not answer",
    ),
    "all NaN": (json.dumps({"requests": answer(float("nan"), 15)}), 5, "do not say how many requests came"),
}


def test_answers_that_were_saved_day_by_day_are_one(chat):
    """The same series at other times is another part of it, and nothing is there twice."""
    whole = json.loads(queries(20))
    days = []
    for name, each in whole.items():
        (series,) = each["data"]["result"]
        half = len(series["values"]) // 2
        for values in (series["values"][:half], series["values"][half:]):
            result = [{"metric": {}, "values": values}]
            days.append(
                {"query": name, "status": "success", "data": {"resultType": "matrix", "result": result}}
            )
    assert _run(chat, json.dumps(days)).stdout == _run(chat, json.dumps(whole)).stdout


@pytest.mark.parametrize("name", BAD)
def test_bad_metrics_are_named(name, chat):
    text, code, said = BAD[name]
    done = _run(chat, text, code=code)
    assert done.stdout == ""
    assert said in done.stderr
    assert "metrics.json" in done.stderr


def test_a_missing_file_and_a_missing_option_are_named(chat):
    done = inside("rightsize", "--lock", str(chat), "--metrics", str(chat.parent / "none.json"))
    assert (done.returncode, "none.json" in done.stderr) == (2, True)
    done = inside("rightsize", "--lock", str(chat))
    assert (done.returncode, "--queries" in done.stderr) == (2, True)
    done = inside("rightsize", "--lock", str(chat.parent / "absent.lock.json"), "--metrics", "x")
    assert done.returncode == 2


def test_the_report_is_written_for_people_too(chat):
    for form in ("table", "md"):
        text = _run(chat, queries(20), "--format", form).stdout
        assert "20 days, 100 % of points" in text
        assert "1,096.55" in text
        assert "load.qps.peak" in text


def test_queries_are_commands_of_a_shell(chat):
    text = inside("rightsize", "--lock", str(chat), "--queries").stdout
    assert "save requests 'sum(rate(vllm:request_success_total{namespace=\"chat-8b\"}[5m]))'" in text


def test_the_weekly_job_may_change_nothing(chat):
    import yaml

    account, held, job = yaml.safe_load_all(inside("rightsize", "--lock", str(chat), "--cron-job").stdout)
    assert account["automountServiceAccountToken"] is False
    assert held["data"]["chat-8b.lock.json"] == chat.read_text(encoding="utf-8")
    pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert {
        each["securityContext"]["readOnlyRootFilesystem"]
        for each in (*pod["initContainers"], *pod["containers"])
    } == {True}


def test_a_branch_is_left_with_spec_and_lock_and_nothing_else_is_touched(tmp_path):
    folder = tmp_path / "repository" / "specs"
    folder.mkdir(parents=True)
    shutil.copy(WORKLOADS / "chat-8b.yaml", folder)
    lock = folder / "chat-8b.lock.json"
    assert inside("lock", str(folder / "chat-8b.yaml")).returncode == 0

    def git(*words):
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout

    subprocess.run(["git", "init", "-q", "-b", "main", str(folder.parent)], check=True)
    git("config", "user.name", "a")
    git("config", "user.email", "a@b.c")
    git("add", ".")
    git("commit", "-qm", "first")
    (folder / "metrics.json").write_text(queries(20), encoding="utf-8")
    words = ("rightsize", "--lock", str(lock), "--metrics", str(folder / "metrics.json"), "--open-pr")
    done = inside(*words)
    assert done.returncode == 0, done.stderr
    assert "left the branch plimsoll/rightsize-chat-8b with chat-8b.yaml, chat-8b.lock.json" in done.stderr
    assert git("status", "--short") == "?? metrics.json\n"
    branch = "plimsoll/rightsize-chat-8b"
    assert git("diff", "--name-only", "main", branch).split() == [
        "specs/chat-8b.lock.json",
        "specs/chat-8b.yaml",
    ]
    again = inside(*words)
    assert (again.returncode, "exists" in again.stderr) == (2, True)
    git("checkout", "-q", branch)
    assert inside("lock", "--check", str(folder / "chat-8b.yaml")).returncode == 0
    text = (folder / "chat-8b.yaml").read_text(encoding="utf-8")
    assert "load: {qps: {peak: 1.667}, input_tokens: 1000, output_tokens: 200}" in text
    assert text.startswith("# yaml-language-server")


@pytest.fixture
def prometheus():
    """A server on loopback that answers range queries, and what it was asked."""
    asked = []
    named = {query.promql: query.name for query in queries_of("chat-8b")}
    documents = json.loads(queries(20))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            asked.append((urlsplit(self.path).path, int(query["end"][0]) - int(query["start"][0])))
            name = named[query["query"][0]]
            body = json.dumps(documents[name]) if name in documents else EMPTY
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_prometheus_is_asked_for_28_days(chat, prometheus):
    address, asked = prometheus
    done = inside("rightsize", "--lock", str(chat), "--prometheus", address, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proposals"][0]["changes"][0]["to"] == 1.667
    assert set(asked) == {("/api/v1/query_range", 28 * 86_400)}


@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("http://127.0.0.1:1", 5, "cannot be asked"),
        ("file:///etc/passwd", 2, "is no address of a Prometheus"),
    ],
)
def test_a_prometheus_that_is_none_is_named(chat, address, code, said):
    done = inside("rightsize", "--lock", str(chat), "--prometheus", address)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


VPA = """
apiVersion: v1
kind: List
items:
  - apiVersion: autoscaling.k8s.io/v1
    kind: VerticalPodAutoscaler
    metadata: {name: search-ranking, namespace: search-ranking}
    spec: {targetRef: {kind: Deployment, name: search-ranking-base}, updatePolicy: {updateMode: "Off"}}
    status:
      recommendation:
        containerRecommendations:
          - {containerName: server, target: {cpu: 1500m, memory: 4Gi}}
          - {containerName: proxy, target: {cpu: 50m, memory: 64Mi}}
"""


def test_recommendations_for_pods_become_requests_of_a_measured_service(tmp_path):
    shutil.copy(WORKLOADS / "search-ranking.yaml", tmp_path)
    assert inside("lock", str(tmp_path / "search-ranking.yaml")).returncode == 0
    lock, vpa = tmp_path / "search-ranking.lock.json", tmp_path / "vpa.yaml"
    vpa.write_text(VPA, encoding="utf-8")
    (tmp_path / "metrics.json").write_text(queries(20, qps=120.0), encoding="utf-8")
    words = ("rightsize", "--lock", str(lock), "--metrics", str(tmp_path / "metrics.json"), "--vpa", str(vpa))
    report = json.loads(inside(*words, "--format", "json").stdout)
    found = (report["proposals"] or report["not_worth_it"])[0]
    changes = {each["change"]: each["to"] for each in found["changes"]}
    assert (changes["measured.cpu"], changes["measured.memory_gib"]) == (1.5, 4)
    vpa.write_text("kind: ConfigMap\n", encoding="utf-8")
    assert "no VerticalPodAutoscaler is in it" in inside(*words).stderr


def test_a_measured_speed_is_a_calibration_that_gives_the_same_plan(tmp_path):
    """Replicas that take twice the time for a token, at a load that was planned right."""
    spec = tmp_path / "chat-8b.yaml"
    text = (WORKLOADS / "chat-8b.yaml").read_text(encoding="utf-8")
    text = text.replace("usd_per_month: 4000", "usd_per_month: 90000").replace("qps: 5 ", "qps: 40 ")
    spec.write_text(f"{text}pin: {{instance_type: g6e.xlarge}}\n", encoding="utf-8")
    assert inside("lock", str(spec)).returncode == 0
    lock = tmp_path / "chat-8b.lock.json"
    document = json.loads(queries(20, qps=40.0))
    running = json.loads(lock.read_text(encoding="utf-8"))["plan"]["chosen"]["replicas"]["peak"]
    document["replicas"] = answer(float(running), 20)
    document["itl_sum"] = answer(40 * 200 * 0.055, 20)
    document["itl"] = answer(40 * 200.0, 20, labels={"le": "+Inf"})
    (found,) = _report(lock, json.dumps(document))["proposals"]
    assert found["speed"]["factor"] < 0.9
    assert found["now"]["replicas_peak"] > running
    calibration = tmp_path / "chat-8b.calibration.yaml"
    calibration.write_text(found["speed"]["calibration"], encoding="utf-8")
    again = inside("plan", str(spec), "--calibration", str(calibration), "--no-savings", "--format", "json")
    plan = json.loads(again.stdout)
    assert plan["cost"]["usd_per_month"]["expected"] == found["usd_per_month_expected"]
