"""Two scrapes of vLLM's /metrics say what came between them: counters and histograms, later less earlier."""

from collections.abc import Sequence

from plimsoll.ground.problems import Problem, SpecError
from plimsoll.importing.load.observed import Observed, SeenLengths
from plimsoll.telemetry.exposition import Scrape
from plimsoll.telemetry.histogram import Histogram
from plimsoll.telemetry.names import (
    ANSWER_LENGTH,
    ANSWER_TOKENS,
    COUNTERS,
    HISTOGRAMS,
    PREFIX_HITS,
    PREFIX_QUERIES,
    PROMPT_LENGTH,
    PROMPT_TOKENS,
    REQUESTS,
)


def observed_between(scrapes: Sequence[Scrape], apart_s: float | None) -> Observed:
    """Read one scrape (since the server's start) or two (what came between them, `apart_s` seconds).

    Raises:
        SpecError: one is not of vLLM, they are of two models or servers, or the server started anew between.
    """
    for each in scrapes:
        _must_be_of_vllm(each)
    later, earlier = scrapes[-1], scrapes[0] if len(scrapes) > 1 else None
    model = _model(scrapes)
    requests = _grown(later, earlier, REQUESTS) or 0.0
    if requests <= 0:
        what = "no request ended between the scrapes" if earlier else "no request has ended yet"
        raise SpecError(Problem(what, "", "scrape again under load", file=later.file))
    hits, queries = _grown(later, earlier, PREFIX_HITS), _grown(later, earlier, PREFIX_QUERIES)
    prompt = _lengths(later, earlier, (PROMPT_LENGTH, PROMPT_TOKENS), requests)
    qps = requests / apart_s if earlier and apart_s else None
    since = (
        "between two scrapes: a moment's rate, not the peak of a month"
        if earlier
        else "since the server started"
    )
    return Observed(
        requests=round(requests),
        seconds=apart_s if earlier else None,
        peak_qps=qps,
        average_qps=qps,
        hourly=None,
        prompt=prompt,
        answer=_lengths(later, earlier, (ANSWER_LENGTH, ANSWER_TOKENS), requests),
        shared_prefix=prompt.mean * min((hits or 0) / queries, 1.0) if queries and prompt else None,
        model=model,
        source=since,
    )


def _must_be_of_vllm(scrape: Scrape) -> None:
    names = list(dict.fromkeys(each.name for each in scrape.samples))
    if any(name.startswith("vllm:") for name in names):
        return
    why = f"it has {len(names)} others, such as {', '.join(names[:3])}" if names else "it is empty"
    fix = "scrape the pods of the server: curl -s http://POD:8000/metrics"
    raise SpecError(Problem("no metric of vLLM is in it", why, fix, file=scrape.file))


def _model(scrapes: Sequence[Scrape]) -> str | None:
    names = list(dict.fromkeys(name for each in scrapes for name in each.label("model_name")))
    if len(names) > 1:
        why = ", ".join(names[:6])
        raise SpecError(
            Problem("the scrapes are of several models", why, "give those of one", file=scrapes[-1].file)
        )
    return names[0] if names else None


def _grown(later: Scrape, earlier: Scrape | None, what: str) -> float | None:
    """How much a counter grew; None where it is not there."""
    now = later.total(COUNTERS[what])
    if now is None or earlier is None:
        return now
    was = earlier.total(COUNTERS[what]) or 0.0
    if now < was:
        why = f"{COUNTERS[what][0]} fell from {was:,.0f} to {now:,.0f}"
        fix = "give the earlier one first, both of one run of the server"
        raise SpecError(Problem("a counter fell between the scrapes", why, fix, file=later.file))
    return now - was


def _lengths(
    later: Scrape, earlier: Scrape | None, what: tuple[str, str], requests: float
) -> SeenLengths | None:
    """Take mean and p95 of the histogram; without one tokens ÷ requests, and twice that."""
    seen = later.histogram(HISTOGRAMS[what[0]])
    if seen is not None and earlier is not None:
        seen = _less(seen, earlier.histogram(HISTOGRAMS[what[0]]))
    tokens = _grown(later, earlier, what[1])
    mean = seen.mean if seen is not None and seen.mean else tokens / requests if tokens else None
    if mean is None:
        return None
    p95 = seen.quantile(0.95) if seen is not None else None
    return SeenLengths(mean, max(p95 or 2 * mean, mean))


def _less(now: Histogram, was: Histogram | None) -> Histogram | None:
    if was is None or was.edges != now.edges:
        return now if was is None else None
    counts = tuple(after - before for after, before in zip(now.counts, was.counts, strict=True))
    return Histogram(now.edges, counts, now.total - was.total)
