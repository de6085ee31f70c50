"""A result is read by whichever tool wrote it: a file says that itself, and needs no option."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import cast

from plimsoll.files.bounded import read_bounded
from plimsoll.ground.problems import Problem, SpecError
from plimsoll.ground.tree import Json, is_list, is_object
from plimsoll.loadtest.results.aiperf import aiperf_runs, is_aiperf
from plimsoll.loadtest.results.guidellm import guidellm_runs, is_guidellm
from plimsoll.loadtest.results.inference_perf import inference_perf_runs, is_inference_perf
from plimsoll.loadtest.results.k6 import is_k6, k6_runs
from plimsoll.loadtest.results.llm_d import is_llm_d, llm_d_runs
from plimsoll.loadtest.results.locust import is_locust, is_locust_csv, locust_csv_runs, locust_runs
from plimsoll.loadtest.results.run import LoadRun, ResultFile
from plimsoll.loadtest.results.vllm import is_sglang, is_vllm, sglang_runs, vllm_runs
from plimsoll.text.documents import documents_of
from plimsoll.text.tool_json import tool_json

MAX_BYTES = 512 << 20
"""Reports that keep every request are large; more than this is no report."""

_Reads = Callable[[Mapping[str, Json], ResultFile], Iterable[LoadRun]]

TOOLS: tuple[tuple[Callable[[Json], bool], _Reads], ...] = (
    (is_vllm, vllm_runs),
    (is_sglang, sglang_runs),
    (is_aiperf, aiperf_runs),
    (is_inference_perf, inference_perf_runs),
    (is_k6, k6_runs),
    (is_llm_d, llm_d_runs),
    (is_guidellm, guidellm_runs),
)
"""What recognises a mapping of each tool, and what reads it; the first that does."""

KNOWN = "vllm bench serve, sglang, guidellm, AIPerf, inference-perf, k6, Locust, llm-d-benchmark 0.2"


def read_results(names: Iterable[str]) -> list[LoadRun]:
    """Read the runs of all files; what is wrong with any is told at once.

    Raises:
        SpecError: a file cannot be read, is of no tool that is known, or was given twice.
    """
    runs, problems = tried_results(names)
    if problems:
        raise SpecError(problems)
    return runs


def tried_results(names: Iterable[str]) -> tuple[list[LoadRun], list[Problem]]:
    """Read the runs of the files that can be read, and say what is wrong with the others."""
    runs: list[LoadRun] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for name in names:
        try:
            raw = read_bounded(Path(name), MAX_BYTES)
            digest = sha256(raw).hexdigest()
            if digest in seen:
                why = f"it is what {seen[digest]} is, and would count twice"
                raise SpecError(Problem("the same result twice", why, "give it once", file=name))
            seen[digest] = name
            runs += _runs_of(_text(raw, name), ResultFile(name, digest))
        except SpecError as error:
            problems += error.problems
    return runs, problems


def _text(raw: bytes, name: str) -> str:
    if len(raw) > MAX_BYTES:
        raise SpecError(
            Problem(f"larger than {MAX_BYTES:,} bytes", "", "leave requests out of it", file=name)
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(Problem("not UTF-8 text", "", f"known are results of {KNOWN}", file=name)) from None
    if not text.strip():
        raise SpecError(Problem("the file is empty", "the run wrote nothing", "run it again", file=name))
    return text


def _runs_of(text: str, file: ResultFile) -> Iterator[LoadRun]:
    if is_locust_csv(text):
        yield from locust_csv_runs(text, file)
        return
    if text.lstrip()[0] not in "{[":
        yield from _of_yaml(text, file)
        return
    documents = tool_json(text, file.name)
    for line, document in documents:
        at = f"line {line}" if len(documents) > 1 else ""
        yield from _of_json(document, ResultFile(file.name, file.sha256, at))


def _of_json(document: Json, file: ResultFile) -> Iterator[LoadRun]:
    if is_locust(document):
        yield from locust_runs(document, file)
        return
    if is_list(document):
        if not document:
            raise _unknown(file, "it is an empty list")
        for index, each in enumerate(document):
            yield from _of_json(each, ResultFile(file.name, file.sha256, f"[{index}]"))
        return
    yield from _of_mapping(document, file)


def _of_mapping(document: Json, file: ResultFile) -> Iterator[LoadRun]:
    if not is_object(document):
        raise _unknown(file, "it is no object")
    for recognises, runs_of in TOOLS:
        if recognises(document):
            yield from runs_of(document, file)
            return
    keys = ", ".join(str(key)[:30] for key in list(document)[:6])
    raise _unknown(file, f"its keys are {keys}" if keys else "it is an empty object")


def _of_yaml(text: str, file: ResultFile) -> Iterator[LoadRun]:
    problems: list[Problem] = []
    documents = documents_of(text, file.name, problems)
    if problems or not all(is_object(each) for each in documents):
        raise _unknown(file, "it is neither JSON, nor Locust's CSV, nor a YAML report")
    if not documents:
        raise _unknown(file, "it holds nothing")
    for document in cast("list[dict[str, Json]]", documents):
        yield from _of_mapping(document, file)


def _unknown(file: ResultFile, why: str) -> SpecError:
    return SpecError(
        Problem("no load test's result that is known", why, f"known: {KNOWN}", file.at, file.name)
    )
