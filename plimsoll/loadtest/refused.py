"""What a run has to be, before a plan may stand on it: every reason why one is refused has its rule here.

Sources of the rules: inference-perf issues 86 and 188 (schedulers that fall behind), grafana/k6 issue 812
(percentiles need their requests), vllm issue 17802 (end-to-end latencies left out); shares and counts are
conventions of this project, printed with each refusal.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from plimsoll.ground.problems import Problem
from plimsoll.ground.start_up import record
from plimsoll.ground.units import figure
from plimsoll.loadtest.results.run import LoadRun

MOST_FAILED = 0.01
"""Share of requests that may fail or not be sent: what fails is short, and makes latencies look better."""

LEAST_ACHIEVED = 0.98
"""Achieved ÷ asked below this is overload: the queue grew all the time, and latency is that of its length."""

LEAST_S = 60.0
"""Seconds that a run lasts at least: a server warms up, and a queue needs time to show."""

LEAST_REQUESTS = {"p95": 200, "p99": 1000}
"""Requests for a percentile: ten lie beyond it, so that a repeated run moves it by a third at most."""

MOST_OFF = 0.10
"""Share by which the mean answer may differ from the spec's: a shorter one needs less cache and less time."""

MOST_CACHED = 0.02
"""Share of prompt tokens that may be found in a cache beyond those that the spec says are shared."""


@record
class AskedOfRun:
    """What a spec asks of a run: the statistics of its sla, the tokens of an answer, what prompts share.

    `e2e` is the latency that a file's end-to-end time is here: `e2e`, or `latency` of work that answers once.
    """

    keys: Sequence[str]
    output_tok: float | None
    shared: float
    e2e: str = "e2e"


def overloaded(run: LoadRun) -> bool:
    """Say whether a run asked for more than it got."""
    asked = run.load.asked_qps
    return asked is not None and run.qps < LEAST_ACHIEVED * asked


def refused(run: LoadRun, asked: AskedOfRun) -> Iterator[Problem]:
    """Yield every reason why nothing may stand on a run."""
    yield from _unfinished(run)
    yield from _too_short(run, asked)
    yield from _other_work(run, asked)
    if run.load.flooded:
        return
    if overloaded(run):
        yield _overload(run)
    yield from _missing(run, asked)


def _problem(run: LoadRun, what: str, why: str, fix: str) -> Problem:
    return Problem(what, why, fix, run.file.at, run.file.name)


def _unfinished(run: LoadRun) -> Iterator[Problem]:
    counts = run.counts
    if counts.failed_share > MOST_FAILED:
        what = f"{counts.failed_share:.1%} of the requests failed ({counts.failed:,.0f})"
        yield _problem(run, what, f"at most {MOST_FAILED:.0%} may", "read the server's log, and run it again")
    if counts.not_sent_share > MOST_FAILED:
        what = f"{counts.not_sent_share:.1%} of the requests were not sent ({counts.not_sent:,.0f} dropped)"
        why = f"at most {MOST_FAILED:.0%} may: the client fell behind, or the server did"
        yield _problem(run, what, why, "give it more VUs, or a lower rate")


def _too_short(run: LoadRun, asked: AskedOfRun) -> Iterator[Problem]:
    counts = run.counts
    if counts.duration_s is not None and counts.duration_s < LEAST_S:
        what = f"the run took {counts.duration_s:.3g} s"
        yield _problem(run, what, f"{LEAST_S:g} s are the least", "let it run for ten minutes")
    if counts.completed is None or run.load.flooded:
        return
    named = {"p95", *(key.split("_")[1] for key in asked.keys)}
    for name, least in LEAST_REQUESTS.items():
        if name in named and counts.completed < least:
            what = f"{counts.completed:,.0f} requests are too few for {name}"
            yield _problem(run, what, f"{least:,} are the least", "send more: qps × 600 are ten minutes")
            return


def _other_work(run: LoadRun, asked: AskedOfRun) -> Iterator[Problem]:
    counts, wanted = run.counts, asked.output_tok
    if wanted and counts.output_tok is not None and abs(counts.output_tok / wanted - 1) > MOST_OFF:
        what = f"answers had {figure(counts.output_tok)} tokens, and the spec says {wanted:g}"
        why = f"they may differ by {MOST_OFF:.0%}"
        yield _problem(run, what, why, "ask for that many (ignore_eos), or correct load.output_tokens")
    if counts.cached is not None and counts.cached > asked.shared + MOST_CACHED:
        what = f"{counts.cached:.0%} of the prompt tokens came from a cache"
        why = f"the spec shares {asked.shared:.0%}, and prompts that repeat are read for nothing"
        yield _problem(run, what, why, "use fresh prompts, or say load.shared_prefix_tokens")


def _overload(run: LoadRun) -> Problem:
    wanted = run.load.asked_qps or 0.0
    share = run.qps / wanted if wanted else 0.0
    what = f"overload: {wanted:g} req/s were asked for and {figure(run.qps)} achieved ({share:.3f})"
    why = f"below {LEAST_ACHIEVED} the queue grew all the time: that is a capacity, and no latency"
    return _problem(run, what, why, "test at a lower rate; one with request rate inf is a capacity point")


def _missing(run: LoadRun, asked: AskedOfRun) -> Iterator[Problem]:
    """Yield each latency of the sla that the file does not have; of a tool that cannot know it, that."""
    absent = [key for key in asked.keys if key not in run.latencies_ms]
    metrics = dict.fromkeys(key.partition("_")[0] for key in absent)
    for metric in metrics:
        known = any(key.startswith(f"{metric}_") for key in run.latencies_ms)
        missing = [_words(key) for key in absent if key.startswith(f"{metric}_")]
        name = ", ".join(missing) if known else metric
        why = f"the spec limits {', '.join(missing)}"
        yield _problem(run, f"{name} not in file", why, run.asking)
    for key in asked.keys:
        if run.latencies_ms.get(key) == 0:
            why = "no server answers in no time: it was not measured"
            yield _problem(run, f"{_words(key)} is 0 ms", why, run.asking)


def _words(key: str) -> str:
    metric, _, name = key.removesuffix("_ms").partition("_")
    return f"{metric} {name}"


def as_asked(run: LoadRun, asked: AskedOfRun) -> LoadRun:
    """Call the end-to-end time of a run what the spec calls it."""
    if asked.e2e == "e2e":
        return run
    return replace(run, latencies_ms=_renamed(run.latencies_ms, asked.e2e))


def of_enough(run: LoadRun) -> LoadRun:
    """Drop the percentiles of too few requests: of a run that is taken, those that nothing limits."""
    few = [name for name, least in LEAST_REQUESTS.items() if (run.counts.completed or least) < least]
    kept = {key: value for key, value in run.latencies_ms.items() if key.split("_")[1] not in few}
    return replace(run, latencies_ms=kept)


def _renamed(latencies: Mapping[str, float], name: str) -> dict[str, float]:
    of_whole = {key: value for key, value in latencies.items() if key.startswith("e2e_")}
    return {f"{name}_{key.removeprefix('e2e_')}": value for key, value in of_whole.items()}
