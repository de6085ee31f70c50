"""A Prometheus is asked range queries alone, one at a time."""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from plimsoll.ground.problems import MissingFactError, Problem, SpecError
from plimsoll.rightsizing.queries import STEP_S, NamedQuery
from plimsoll.telemetry.ranges import RangeAnswer, ranges_of
from plimsoll.telemetry.wire import answer_of, is_address

DAYS = 28
"""Days that are asked for: four of every weekday."""

_DAY_S = 86_400
_POINTS = 11_000
"""Points of one series that Prometheus answers at most (web/api/v1/api.go)."""


def ask(address: str, queries: Sequence[NamedQuery], end_s: int) -> list[RangeAnswer]:
    """Ask a Prometheus for the 28 days before a moment.

    Raises:
        SpecError: it is no address, or Prometheus answers with an error.
        MissingFactError: it cannot be reached, or refuses.
    """
    if not is_address(address) or "?" in address:
        fix = "such as http://localhost:9090, after kubectl port-forward"
        raise SpecError(Problem(f"{address[:80]!r} is no address of a Prometheus", "", fix, "--prometheus"))
    return [each for query in queries for each in _asked(address.rstrip("/"), query, end_s)]


def _asked(address: str, query: NamedQuery, end_s: int) -> Iterator[RangeAnswer]:
    span = min(DAYS * _DAY_S, (_POINTS - 1) * STEP_S)
    asked = {"query": query.promql, "start": end_s - span, "end": end_s, "step": STEP_S}
    where = f"{address}/api/v1/query_range"
    text = _answer(f"{where}?{urlencode(asked)}", address)
    for each in ranges_of(text, where):
        yield RangeAnswer(query.name, each.series)


def _answer(url: str, address: str) -> str:
    status, text = answer_of(url, "application/json", lambda why: _unreached(address, why))
    if status != 200 and not _is_error(text):
        raise MissingFactError(_unreached(address, f"it answered {status}"))
    return text


def _is_error(text: str) -> bool:
    """Say whether an answer is Prometheus' own refusal, which says why."""
    try:
        return isinstance(found := json.loads(text), dict) and "error" in found
    except ValueError:
        return False


def _unreached(address: str, why: str) -> Problem:
    fix = "kubectl port-forward it, or save the answers (--queries) and give --metrics"
    return Problem("the Prometheus cannot be asked", why, fix, "--prometheus", address)
